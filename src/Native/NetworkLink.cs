// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Native;

/// <summary>An interface of a socket's network namespace.</summary>
public sealed record NetworkLink(int Index, string Name, bool IsUp);
