// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Namespaces;

/// <summary>
/// A line of an id map: <paramref name="Size"/> ids starting at <paramref name="Inside"/> map to those starting at
/// <paramref name="Outside"/>.
/// </summary>
public readonly record struct IdRange(uint Inside, uint Outside, uint Size);
