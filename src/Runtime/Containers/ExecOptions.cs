// SPDX-License-Identifier: Apache-2.0
using Runcs.Plan;
using Runcs.Terminal;

namespace Runcs.Containers;

/// <summary>What the caller of <c>exec</c> asks for.</summary>
public sealed record ExecOptions
{
    public required string Id { get; init; }

    /// <summary>The directory of all state directories, absolute.</summary>
    public required string Root { get; init; }

    /// <summary>The file with the process as JSON; null where <see cref="Flags"/> and the config say what it is.</summary>
    public string? ProcessFile { get; init; }

    public required ProcessFlags Flags { get; init; }

    /// <summary>Where the pid is written for the caller, absolute; null for nowhere.</summary>
    public string? PidFile { get; init; }

    /// <summary>The socket that gets the terminal's master, absolute; null for none.</summary>
    public string? ConsoleSocket { get; init; }

    /// <summary>The socket that gets a pidfd of the process, absolute; null for none.</summary>
    public string? PidfdSocket { get; init; }

    /// <summary>How many descriptors after stdio the program keeps.</summary>
    public int PreserveFds { get; init; }

    /// <inheritdoc cref="CreateOptions.Streams"/>
    public ContainerStreams Streams { get; init; } = ContainerStreams.Own;

    /// <summary>Values of --cgroup.</summary>
    public string[] Cgroups { get; init; } = [];

    public bool IgnorePaused { get; init; }
}
