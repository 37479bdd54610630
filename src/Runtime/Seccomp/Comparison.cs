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
