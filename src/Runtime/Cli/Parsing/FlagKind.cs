// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cli.Parsing;

internal enum FlagKind
{
    /// <summary>Stands alone, or with <c>=true</c> or <c>=false</c>.</summary>
    Switch,

    /// <summary>Has a value, in the same argument behind <c>=</c> or in the next.</summary>
    Text,

    /// <summary>Has a value that is a whole number.</summary>
    Number,

    /// <summary>Has a value that is a length of time, as Go writes it.</summary>
    Duration,

    /// <summary>Has a value, and may be given more than once.</summary>
    List,
}
