// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Cli.Parsing;

/// <summary>The command line does not follow the table of commands.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>The verb concerned; null for the program itself.</summary>
    public Verb? Verb { get; init; }

    /// <summary>The name of a flag that does not exist; null for another mistake.</summary>
    public string? UnknownFlag { get; init; }

    /// <summary>The number of arguments is wrong.</summary>
    public bool IsOfCount { get; init; }
}
