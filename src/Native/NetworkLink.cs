// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Native;

/// <summary>An interface of the network namespace that a socket is in.</summary>
public sealed record NetworkLink(int Index, string Name, bool IsUp);
