// SPDX-License-Identifier: Apache-2.0
using Runcs.Plan;
using Runcs.Terminal;

namespace Runcs.Containers;

/// <summary>The request of <c>exec</c>.</summary>
public sealed class ExecOptions
{
    public required string Id { get; init; }

    /// <summary>The directory of all state directories, absolute.</summary>
    public required string Root { get; init; }

    /// <summary>The file with the process as JSON; null if <see cref="Flags"/> and the config define it.</summary>
    public string? ProcessFile { get; init; }

    /// <summary>The process as JSON, instead of <see cref="ProcessFile"/>; null for none.</summary>
    public byte[]? ProcessDocument { get; init; }

    public required ProcessFlags Flags { get; init; }

    /// <summary>The file to write the pid to, absolute; null for none.</summary>
    public string? PidFile { get; init; }

    /// <summary>The socket to send the terminal's master to, absolute; null for none.</summary>
    public string? ConsoleSocket { get; init; }

    /// <summary>
    /// Called when all is ready for the process but its streams: waits for them, and returns them in the place of <see cref="Streams"/>.
    /// </summary>
    public System.Func<ContainerStreams>? LateStreams { get; init; }

    /// <summary>As <see cref="ConsoleSocket"/>, connected already; null for none.</summary>
    public ConsoleSocket? Console { get; init; }

    /// <summary>The socket to send a pidfd of the process to, absolute; null for none.</summary>
    public string? PidfdSocket { get; init; }

    /// <summary>The number of descriptors after stdio that the program keeps.</summary>
    public int PreserveFds { get; init; }

    /// <inheritdoc cref="CreateOptions.Streams"/>
    public ContainerStreams Streams { get; init; } = ContainerStreams.Own;

    /// <summary>Values of --cgroup.</summary>
    public string[] Cgroups { get; init; } = [];

    public bool IgnorePaused { get; init; }
}
