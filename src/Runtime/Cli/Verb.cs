// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Cli.Parsing;

namespace Runcs.Cli;

/// <summary>One command as data: its parsing, its help and its code.</summary>
internal sealed class Verb(string name, string summary, Func<Invocation, int> run)
{
    public string Name { get; } = name;

    public string Summary { get; } = summary;

    public Func<Invocation, int> Run { get; } = run;

    /// <summary>The part of the usage line after the name and the options.</summary>
    public string Usage { get; init; } = "<container-id>";

    public string Description { get; init; } = "";

    public Flag[] Flags { get; init; } = [];

    public int LeastArguments { get; init; } = 1;

    public int MostArguments { get; init; } = 1;

    /// <summary>
    /// The prefix of the reason when the command fails, as with runc, with % for the program's name: engines show the
    /// whole text to their users.
    /// </summary>
    public string Failure { get; init; } = "";

    /// <summary>The exit code of an error of runcs itself rather than of the program.</summary>
    public int FailureCode { get; init; } = 1;

    /// <summary>
    /// Flags end at the first argument that is not a flag, since the following ones may belong to another program.
    /// </summary>
    public bool FlagsComeFirst { get; init; }
}
