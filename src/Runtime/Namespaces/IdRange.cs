// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Namespaces;

/// <summary>A line of a map of ids: <paramref name="Size"/> ids from <paramref name="Inside"/> on are those from <paramref name="Outside"/> on.</summary>
public readonly record struct IdRange(uint Inside, uint Outside, uint Size);
