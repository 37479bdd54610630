// SPDX-License-Identifier: Apache-2.0
using Runcs.Terminal;

namespace Runcs.Containers;

/// <summary>The request of <c>create</c> or <c>run</c>, in addition to the config.</summary>
public sealed record CreateOptions
{
    /// <summary>A placeholder for <c>check</c>, where the plan needs an id, as in cgroup paths.</summary>
    public const string NoId = "ID";

    /// <exception cref="Native.RuncsException">It is not a valid id.</exception>
    public required string Id
    {
        get;
        init
        {
            ContainerId.Validate(value);
            field = value;
        }
    }

    /// <summary>The directory of all state directories, absolute.</summary>
    public required string Root { get; init; }

    /// <summary>Absolute.</summary>
    public required string Bundle { get; init; }

    /// <summary>The file to write the pid to, absolute; null for none.</summary>
    public string? PidFile { get; init; }

    /// <summary>The socket to send the terminal's master to, absolute; null for none.</summary>
    public string? ConsoleSocket { get; init; }

    /// <summary>As <see cref="ConsoleSocket"/>, connected already; null for none.</summary>
    public ConsoleSocket? Console { get; init; }

    /// <summary>The socket to send a pidfd of the container's process to, absolute; null for none.</summary>
    public string? PidfdSocket { get; init; }

    /// <summary>The number of sockets of a service manager that the program gets from descriptor 3 on (sd_listen_fds(3)).</summary>
    public int ListenFds { get; init; }

    /// <summary>The number of descriptors after stdio and those of <see cref="ListenFds"/> that the program keeps.</summary>
    public int PreserveFds { get; init; }

    /// <summary>NOTIFY_SOCKET, the socket of a service manager that waits until the program is ready; null for none.</summary>
    public string? NotifySocket { get; init; }

    /// <summary>The program's standard streams if it has no terminal.</summary>
    public ContainerStreams Streams { get; init; } = ContainerStreams.Own;

    public bool NoPivot { get; init; }

    public bool NoNewKeyring { get; init; }

    /// <summary><c>run</c>: the program is also started.</summary>
    public bool Starts { get; init; }

    /// <summary><c>run</c>: leaves the stopped container behind.</summary>
    public bool Keep { get; init; }

    /// <summary>The restart policy of the keeper that makes the container; "" for none.</summary>
    public string Keeper { get; init; } = "";

    /// <summary>The state directory of a stopped container to create again, with its lock held; null for a new one.</summary>
    internal Storage.StateDirectory? Existing { get; init; }

    /// <summary>The config to read in place of the bundle's, absolute; null for config.json.</summary>
    public string? Config { get; init; }

    /// <summary>systemd makes the cgroups.</summary>
    public bool SystemdCgroup { get; init; }

    /// <summary>The container gets no cgroups: its processes stay in the caller's.</summary>
    public bool NoCgroups { get; init; }

    /// <summary>The value of --rootless: null for "auto".</summary>
    public bool? Rootless { get; init; }
}
