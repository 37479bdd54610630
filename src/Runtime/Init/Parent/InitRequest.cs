// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Cgroups;
using Runcs.Credentials;
using Runcs.Init.Helpers;
using Runcs.Init.Protocol;
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.Plan;
using Runcs.Rootfs;
using Runcs.Terminal;
using static Runcs.Native.CloneFlags;

namespace Runcs.Init.Parent;

/// <summary>The inputs of the container's init: the plan, and the descriptors opened for it in the host's namespaces.</summary>
public sealed class InitRequest(ContainerPlan plan, InitChannels channels, OpenNamespaces namespaces, NewCgroup cgroup) : IDisposable
{
    private StagePlan? _stage;

    public ContainerPlan Plan { get; } = plan;

    public InitChannels Channels { get; } = channels;

    public OpenNamespaces Namespaces { get; } = namespaces;

    public NewCgroup Cgroup { get; } = cgroup;

    /// <summary>The cgroup2 directory to clone into (CLONE_INTO_CGROUP); -1 for none.</summary>
    public int CgroupDescriptor { get; init; } = -1;

    internal CloneFlags FlagsOfClone => Plan.Namespaces.ByClone & ~(BuildsDetached ? CLONE_NEWNS : 0);

    /// <summary>See <see cref="RootfsSetup.BuildsDetached"/>. Not where hooks or a helper look for the mount namespace, or a joined one is the container's.</summary>
    internal bool BuildsDetached { get; private set; }

    /// <summary>The maps of the new or joined user namespace; null without one.</summary>
    public IdMaps? Ids { get; private set; }

    /// <summary>The sequence of the exec stage.</summary>
    internal StagePlan Stage => _stage ??= StagePlanner.PlanContainer(Plan, waits: !(Starts && ConsoleSocket == null && StagePlanner.CanStartAtOnce(Plan)), onOneCpu: BorrowsMemory);

    /// <summary>The command is <c>run</c>, whose caller gets no pidfd.</summary>
    public bool Starts { get; init; }

    /// <summary>The program's credentials: the plan's, as far as a joined user namespace allows.</summary>
    internal CredentialsPlan Credentials { get; private set; } = plan.Credentials;

    /// <summary>The host's uid of the program's user.</summary>
    public uint HostUid => Ids != null && Ids.Uids.TryOutside(Plan.Credentials.Uid, out uint uid) ? uid : Plan.Credentials.Uid;

    /// <summary>With a user namespace, holds the mounts made with the host's privileges; else null.</summary>
    public RootfsSetup? Rootfs { get; private set; }

    /// <summary>The host resources of the mounts; null for none.</summary>
    public MountSources? MountSources { get; init; }

    /// <summary>With a user namespace, opens the files that init may not open; else null.</summary>
    internal HostMountOpener? HostMounts { get; private set; }

    /// <summary>The destination of the terminal's master; null without a terminal.</summary>
    public ConsoleSocket? ConsoleSocket { get; init; }

    /// <summary>The program's standard streams if it has no terminal.</summary>
    public ContainerStreams Streams { get; init; } = ContainerStreams.Own;

    /// <summary>The file opened by <see cref="InitHooks.OpenLateInput"/>.</summary>
    public Fd? LateInput { get; private set; }

    /// <summary>The program keeps the caller's session keyring.</summary>
    public bool NoNewKeyring { get; init; }

    /// <summary>The number of sockets of a service manager that the program gets from descriptor 3 on, and LISTEN_FDS.</summary>
    public int ListenFds { get; init; }

    /// <summary>The number of descriptors after those that the program keeps.</summary>
    public int PreserveFds { get; init; }

    /// <summary>Records init, given its pid. Called by init itself if <see cref="BorrowsMemory"/>, else by the parent.</summary>
    public required Action<int> Record { get; init; }

    /// <summary>
    /// Init runs on the parent's memory, and the parent is suspended until the exec stage: what the parent has to do meanwhile
    /// must be possible before. What init disposes must be its own (<see cref="Processes.TryCloneBorrowing"/>). A joined time
    /// namespace requires that no other process uses the memory (setns(2), and timens_install() in the kernel).
    /// </summary>
    public bool BorrowsMemory => MountSources == null && Plan is { NetDevices.Length: 0, IntelRdt: null, Cgroup.Unit: null, Rootfs: { OwnMountNamespace: true, OpensDevices: false } }
        && !Plan.Namespaces.HasUsers && !Plan.Namespaces.IsJoined(CLONE_NEWTIME) && !InitHooks.Any(Plan.Hooks);

    /// <summary>
    /// Mounts that are impossible within the user namespace, to be made before it is entered: none for an ordinary user, who
    /// can make none outside.
    /// </summary>
    internal UserNamespaceMounts MountsBeforeUsers()
    {
        if (Plan.Namespaces.IsOfOrdinaryUser) return new UserNamespaceMounts(false, false, false, null, null);
        Fd? pids = Namespaces.Find(CLONE_NEWPID);
        return new UserNamespaceMounts(!Plan.Namespaces.IsNew(CLONE_NEWPID), !Plan.Namespaces.IsNew(CLONE_NEWNET),
            !Plan.Namespaces.IsNew(CLONE_NEWIPC), Plan.Namespaces.IsJoined(CLONE_NEWCGROUP) ? Plan.Cgroup.MountSources : null,
            pids == null ? null : new JoinedProc(pids).Mount);
    }

    /// <summary>
    /// Opens init's further inputs: files for hooks, sockets, and, through a helper, the maps of a joined user namespace.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public void Open()
    {
        Ids = Plan.Namespaces.Ids;
        if (Plan.Namespaces.Find(CLONE_NEWUSER) is { } joined)
        {
            (Ids, bool deniesGroups) = JoinedUsers.Read(joined, Namespaces.Find(CLONE_NEWUSER)!);
            if (deniesGroups) Credentials = Credentials.KeepGroups();
        }
        LateInput = InitHooks.OpenLateInput(Plan);
        BuildsDetached = BorrowsMemory && Plan.Namespaces.IsNew(CLONE_NEWNS) && RootfsSetup.CanBuildDetached(Plan.Rootfs, Plan.Cgroup.IsUnified);
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
