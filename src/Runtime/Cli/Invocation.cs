// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;

namespace Runcs.Cli;

/// <summary>A parsed command line: the verb's arguments and the global flags.</summary>
/// <param name="Root">The directory of all state directories, absolute.</param>
internal sealed record Invocation(string Root, Arguments Global, Arguments Arguments)
{
    public string Id => Arguments.Positional[0];

    public string? Get(string flag) => Arguments.Get(flag);

    public bool Has(string flag) => Arguments.Has(flag);

    /// <summary>The path in a flag, made absolute; null if it is missing or empty.</summary>
    public string? Path(string flag) => Get(flag) is { Length: > 0 } path ? AbsolutePath.Of(path) : null;
}
