// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;

namespace Runcs.Cli;

/// <summary>A parsed command line: the verb's arguments and the global flags.</summary>
internal sealed class Invocation(Arguments global, Arguments arguments)
{
    private string? _root;

    public Arguments Global => global;

    public Arguments Arguments => arguments;

    /// <summary>The directory of all state directories, absolute; found and judged when a verb asks for it.</summary>
    /// <exception cref="Native.RuncsException">There is none, or it cannot be trusted.</exception>
    public string Root => _root ??= RootFlag.Judged(global);

    public string Id => arguments.Positional[0];

    public string? Get(string flag) => arguments.Get(flag);

    public bool Has(string flag) => arguments.Has(flag);

    /// <summary>The path in a flag, made absolute; null if it is missing or empty.</summary>
    public string? Path(string flag) => Get(flag) is { Length: > 0 } path ? AbsolutePath.Of(path) : null;
}
