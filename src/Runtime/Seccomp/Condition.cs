// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Seccomp;

/// <summary>A condition on an argument of a call; of <paramref name="Value"/> only what is in the mask counts.</summary>
internal readonly record struct Condition(byte Argument, Comparison Comparison, ulong Mask, ulong Value);
