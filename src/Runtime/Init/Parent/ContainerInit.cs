// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces: the counterpart of InitSetup.
using Runcs.Init.Child;
using Runcs.Init.Protocol;
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.Native.ExecStage;
using static Runcs.Native.CloneFlags;

namespace Runcs.Init.Parent;

/// <summary>The parent's view of the container's first process, from the clone until the exec stage waits for the start.</summary>
public sealed partial class ContainerInit : StagedProcess
{
    private readonly InitRequest _request;

    private ContainerInit(InitRequest request, Fd? interrupts, int pid, Fd pidfd)
        : base(request.Channels, interrupts, pid, pidfd, request.Stage.Moves, request.Plan.Seccomp?.Listener != null) => _request = request;

    private protected override bool FiltersEarly => _request.Stage.FiltersEarly;

    private protected override bool GoesOn => false;

    private protected override string Name => "container init";

    /// <summary>
    /// Clones the container's init, which continues in <see cref="InitSetup"/>: it makes the mounts while the caller
    /// makes the cgroups, and waits for <see cref="StagedProcess.Send"/> where it needs them.
    /// </summary>
    /// <param name="interrupts">A signalfd whose signals end a wait; null for none.</param>
    /// <exception cref="RuncsException"/>
    public static ContainerInit Clone(InitRequest request, Fd? interrupts)
    {
        if (request.Plan.Namespaces.HasUsers) CheckUsers(request);
        // Joined namespaces are entered with the host's privileges before the user namespace: by a process that is not in
        // it yet.
        if (request.Plan.Namespaces is { HasUsers: true, Joined.Length: > 0 }) return CloneToEnter(request, interrupts);
        request.Rootfs?.MountForUserNamespace(request.MountsBeforeUsers());
        return CloneWith(request.FlagsOfClone, request, interrupts, null);
    }

    private static ContainerInit CloneWith(CloneFlags flags, InitRequest request, Fd? interrupts, UserNamespaceEntry? entry)
    {
        Errno errno = ProcessDescriptors.TryOpen(Processes.GetPid(), out Fd? self);
        errno.OrThrow("pidfd_open", "");
        using (self)
        {
            if (request.CgroupDescriptor >= 0) flags |= CLONE_INTO_CGROUP;
            (int pid, Fd? pidfd) = (0, null);
            using OneCpu one = request.BorrowsMemory ? OneCpu.Enter() : default;
            bool onOneCpu = one.IsEntered;
            errno = request.BorrowsMemory
                ? Processes.TryCloneBorrowing(flags, request.CgroupDescriptor, its => InitSetup.Run(request, self!, null, its, onOneCpu), out pid, out pidfd)
                : new Errno(Errno.ENOSYS);
            if (errno.Value == Errno.ENOSYS) errno = Processes.TryClone(flags, request.CgroupDescriptor, out pid, out pidfd);
            if (errno.IsError && (flags & CLONE_NEWUSER) != 0 && OfUserNamespace(request) is { Length: > 0 } reason) throw errno.Failure("clone3", "").WithHint(reason);
            if (errno.Value == Errno.ENOSPC) throw errno.Failure("clone3", "").WithHint(NamespaceLimits.Problem(flags));
            if (errno.IsError) throw request.CgroupDescriptor < 0 ? errno.Failure("clone3", "") : request.Plan.Cgroup.CloneFailed(errno);
            if (pidfd == null)
            {
                InitSetup.Run(request, self!, entry, 0, onOneCpu: false);
                Processes.Exit(1);
            }
            request.HostMounts?.LeaveToInit();
            return new ContainerInit(request, interrupts, pid, pidfd!);
        }
    }

    /// <summary>For <c>run</c>: lets the stage execute the program, if it waits for that.</summary>
    /// <exception cref="RuncsException"/>
    public void Release()
    {
        if (_request.Stage.Waits) Send();
    }

    private static string OfUserNamespace(InitRequest request) =>
        UserNamespaceRules.Problem(UserNamespaceFacts.Read(), isPrivileged: !request.Plan.Namespaces.IsOfOrdinaryUser) ?? "";

    private protected override RuncsException Explain(RuncsException error)
    {
        if (error.Errno.Value is not (Errno.EPERM or Errno.EACCES) || !_request.Plan.Namespaces.HasUsers || _request.Ids is not { } ids) return error;
        // Under AppArmor's restriction the namespace is made, and the first call in it that needs a capability fails.
        string hint = _request.Plan.Namespaces.IsOfOrdinaryUser ? OfUserNamespace(_request) : "";
        return error.WithHint(hint.Length > 0 ? hint : RootAccess.Problem(_request.Plan.Rootfs.Root, ids) ?? "");
    }

    private protected override bool Understands(uint kind, bool appeared, out InitEvent? happened)
    {
        happened = kind switch
        {
            InitMessage.Mounted => InitEvent.Mounted,
            InitMessage.Networked => InitEvent.Networked,
            _ => null,
        };
        // From a pid namespace with other processes, only messages of the exec stage are valid.
        if (appeared && _request.Stage.Moves) return false;
        if (kind != InitMessage.AskForHostMounts) return happened != null;
        _request.HostMounts?.Begin(Pidfd);
        return _request.HostMounts != null;
    }

    private protected override string Describe(StageReport report) =>
        StageFailure.Describe(report, _request.Plan.Process, _request.Plan.Labels, _request.Plan.Hooks.StartContainer)
        + ProgramRemedy.Explain(report, _request.Plan.Rootfs.Root, _request.Plan.Process.Program, _request.Plan.Process.Cwd, _request.Plan.Process.Env, _request.Plan.Hooks.StartContainer);
}
