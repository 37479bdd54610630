// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Cgroups;
using Runcs.Init.Helpers;
using Runcs.Init.Protocol;
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.Plan;
using Runcs.Rootfs;
using Runcs.Terminal;
using static Runcs.Native.CloneFlags;

namespace Runcs.Init.Parent;

/// <summary>What the container's init works from: the plan, and what was opened for it in the host's namespaces.</summary>
public sealed record InitRequest(ContainerPlan Plan, InitChannels Channels, OpenNamespaces Namespaces, NewCgroup Cgroup) : IDisposable
{
    /// <summary>The cgroup2 directory to clone into (CLONE_INTO_CGROUP); -1 for none.</summary>
    public int CgroupDescriptor { get; init; } = -1;

    /// <summary>The network namespace that is made beside; null when none is to be made.</summary>
    public NewNetwork? Network { get; init; }

    /// <summary>The maps of the user namespace, of one that is joined too; null without one.</summary>
    public IdMaps? Ids { get; private set; }

    /// <summary>What the exec stage does.</summary>
    internal StagePlan Stage { get; } = StagePlanner.PlanContainer(Plan);

    /// <summary>The host's uid of the program's user.</summary>
    public uint HostUid => Ids != null && Ids.Uids.TryOutside(Plan.Credentials.Uid, out uint uid) ? uid : Plan.Credentials.Uid;

    /// <summary>With a user namespace, where what is mounted with the host's privileges waits; else null.</summary>
    public RootfsSetup? Rootfs { get; private set; }

    /// <summary>What the mounts need of the host; null for nothing.</summary>
    public MountSources? MountSources { get; init; }

    /// <summary>With a user namespace, what init may not open; else null.</summary>
    internal HostMountOpener? HostMounts { get; private set; }

    /// <summary>Where the terminal's master goes; null without a terminal.</summary>
    public ConsoleSocket? ConsoleSocket { get; init; }

    /// <summary>The program's standard streams where it has no terminal.</summary>
    public ContainerStreams Streams { get; init; } = ContainerStreams.Own;

    /// <summary>The file that <see cref="InitHooks.OpenLateInput"/> has opened.</summary>
    public Fd? LateInput { get; private set; }

    /// <summary>The program keeps the caller's session keyring.</summary>
    public bool NoNewKeyring { get; init; }

    /// <summary>How many sockets of a service manager the program gets, from descriptor 3 on, and is told of.</summary>
    public int ListenFds { get; init; }

    /// <summary>How many descriptors after those the program keeps.</summary>
    public int PreserveFds { get; init; }

    /// <summary>What cannot be mounted from within the user namespace, to be mounted before it is entered.</summary>
    internal UserNamespaceMounts MountsBeforeUsers()
    {
        Fd? pids = Namespaces.Find(CLONE_NEWPID);
        return new UserNamespaceMounts(!Plan.Namespaces.IsNew(CLONE_NEWPID), !Plan.Namespaces.IsNew(CLONE_NEWNET),
            !Plan.Namespaces.IsNew(CLONE_NEWIPC), Plan.Namespaces.IsJoined(CLONE_NEWCGROUP) ? Plan.Cgroup.MountSources : null,
            pids == null ? null : new JoinedProc(pids).Mount);
    }

    /// <summary>Opens what init needs besides: files for hooks, sockets, and by a process of its own the maps of a user namespace that is joined.</summary>
    /// <exception cref="RuncsException"/>
    public void Open()
    {
        Ids = Plan.Namespaces.Find(CLONE_NEWUSER) is { } joined ? JoinedUsers.ReadMaps(joined, Namespaces.Find(CLONE_NEWUSER)!) : Plan.Namespaces.Ids;
        LateInput = InitHooks.OpenLateInput(Plan);
        if (!Plan.Namespaces.HasUsers) return;
        Rootfs = new RootfsSetup(Plan.Rootfs);
        HostMounts = new HostMountOpener(Channels.ReportWrite);
    }

    public void Dispose()
    {
        Rootfs?.Dispose();
        HostMounts?.Dispose();
        LateInput?.Dispose();
    }
}
