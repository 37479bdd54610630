// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Cli.Parsing;

namespace Runcs.Cli;

/// <summary>One command as data: what is parsed, what help shows, and what is run.</summary>
internal sealed record Verb(string Name, string Summary, Func<Invocation, int> Run)
{
    /// <summary>What follows the name and the options in the usage line.</summary>
    public string Usage { get; init; } = "<container-id>";

    public string Description { get; init; } = "";

    public Flag[] Flags { get; init; } = [];

    public int LeastArguments { get; init; } = 1;

    public int MostArguments { get; init; } = 1;

    /// <summary>
    /// What stands before the reason when the command fails, as runc has it, with % for the program's name: engines hand the whole
    /// text on to their users.
    /// </summary>
    public string Failure { get; init; } = "";

    /// <summary>The exit code when it fails by our fault and not the program's.</summary>
    public int FailureCode { get; init; } = 1;

    /// <summary>Flags end at the first argument that is not a flag, since what follows may be another program's.</summary>
    public bool FlagsComeFirst { get; init; }
}
