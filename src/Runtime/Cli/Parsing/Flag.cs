// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Cli.Parsing;

/// <summary>One flag as data: its parsing and its help.</summary>
/// <param name="Name">The long name, without dashes.</param>
/// <param name="Alias">The short name; NUL for none.</param>
internal sealed record Flag(FlagKind Kind, string Name, string Description, char Alias = '\0')
{
    public string? Default { get; init; }

    /// <summary>Parsed but not shown in help.</summary>
    public bool Hidden { get; init; }

    /// <summary>Whether the name is the flag's long or short name. One dash equals two.</summary>
    public bool IsCalled(ReadOnlySpan<char> name) =>
        name.SequenceEqual(Name) || (Alias != '\0' && name.Length == 1 && name[0] == Alias);
}
