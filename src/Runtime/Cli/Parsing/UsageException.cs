// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Cli.Parsing;

/// <summary>The command line is not one that the table of commands allows.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>The verb that it was for; null for the program itself.</summary>
    public Verb? Verb { get; init; }

    /// <summary>There are too many or too few arguments.</summary>
    public bool IsOfCount { get; init; }
}
