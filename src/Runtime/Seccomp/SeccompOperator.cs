// SPDX-License-Identifier: Apache-2.0
using Runcs.OciSpec;

namespace Runcs.Seccomp;

/// <summary>The operators of a profile.</summary>
internal static class SeccompOperator
{
    /// <summary>All names, in order, for <c>features</c>.</summary>
    internal static readonly string[] Names =
    [
        LinuxSeccompOperator.EqualTo, LinuxSeccompOperator.GreaterEqual, LinuxSeccompOperator.GreaterThan, LinuxSeccompOperator.LessEqual,
        LinuxSeccompOperator.LessThan, LinuxSeccompOperator.MaskedEqual, LinuxSeccompOperator.NotEqual,
    ];

    /// <summary>Null for an unknown name.</summary>
    internal static Comparison? Find(string name) => name switch
    {
        LinuxSeccompOperator.NotEqual => Comparison.NotEqual,
        LinuxSeccompOperator.LessThan => Comparison.Less,
        LinuxSeccompOperator.LessEqual => Comparison.LessOrEqual,
        LinuxSeccompOperator.EqualTo => Comparison.Equal,
        LinuxSeccompOperator.GreaterEqual => Comparison.GreaterOrEqual,
        LinuxSeccompOperator.GreaterThan => Comparison.Greater,
        LinuxSeccompOperator.MaskedEqual => Comparison.MaskedEqual,
        _ => null,
    };
}
