// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Seccomp;

/// <summary>How an argument is compared.</summary>
internal enum Comparison : byte
{
    NotEqual,
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
    MaskedEqual,
}

/// <summary>A condition on an argument of a call; of <paramref name="Value"/> only what is in the mask counts.</summary>
internal readonly record struct Condition(byte Argument, Comparison Comparison, ulong Mask, ulong Value);

/// <summary>One entry of the profile, checked: what its calls get.</summary>
/// <param name="Return">The filter's return value (SECCOMP_RET_*).</param>
/// <param name="Conditions">In the order of their arguments.</param>
/// <param name="Alternatives">One condition suffices; else all must hold.</param>
internal sealed record FilterRule(int Entry, uint Return, Condition[] Conditions, bool Alternatives);
