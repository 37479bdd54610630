// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Seccomp;

/// <summary>A condition on an argument of a call; only the bits of <paramref name="Value"/> in the mask count.</summary>
internal readonly record struct Condition(byte Argument, Comparison Comparison, ulong Mask, ulong Value);
