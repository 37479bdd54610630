// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Cli.Parsing;

internal enum FlagKind
{
    /// <summary>Without a value, or with <c>=true</c> or <c>=false</c>.</summary>
    Switch,

    /// <summary>With a value, in the same argument after <c>=</c> or in the next.</summary>
    Text,

    /// <summary>With an integer value.</summary>
    Number,

    /// <summary>With a duration, as Go writes it.</summary>
    Duration,

    /// <summary>With a value; may be given more than once.</summary>
    List,
}
