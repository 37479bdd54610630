// SPDX-License-Identifier: Apache-2.0
// Run by the container's init: the clone of the runtime, in the container's new namespaces, with all privileges. It ends
// with the execve of the exec stage or a raw exit; it never returns to its caller's code.
using System;
using System.Collections.Generic;
using Runcs.Credentials;
using Runcs.Hooks;
using Runcs.Init.Helpers;
using Runcs.Init.Parent;
using Runcs.Init.Protocol;
using Runcs.Init.Stage;
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.Network;
using Runcs.OciSpec;
using Runcs.Plan;
using Runcs.Rootfs;
using Runcs.Scheduling;
using Runcs.Terminal;
using static Runcs.Native.CloneFlags;

namespace Runcs.Init.Child;

/// <summary>From the clone to the exec stage.</summary>
internal sealed partial class InitSetup
{
    private readonly InitRequest _request;
    private readonly ContainerPlan _plan;
    private readonly InitChannels _channels;
    private bool _inCgroups;
    private Fd? _memory;

    // The host's /proc, for the labels of kernels without lsm_set_self_attr(2).
    private Fd? _proc;

    private InitSetup(InitRequest request) => (_request, _plan, _channels) = (request, request.Plan, request.Channels);

    /// <summary>Returns only after a failure, which it has reported.</summary>
    /// <param name="parent">A pidfd of the runtime.</param>
    /// <param name="entry">The entry into a user namespace, if that needs more than the clone; else null.</param>
    /// <param name="pid">This process's pid in the parent's pid namespace, if the parent is suspended; else 0.</param>
    /// <param name="onOneCpu">The parent, which is suspended, has left its CPU to this process.</param>
    internal static void Run(InitRequest request, Fd parent, UserNamespaceEntry? entry, int pid, bool onOneCpu) =>
        ChildSetup.Run(() => new InitSetup(request).SetUp(parent, entry, pid, onOneCpu), request.Channels.ReportWrite, static failure => failure);

    private void SetUp(Fd parent, UserNamespaceEntry? entry, int pid, bool onOneCpu)
    {
        DieWithParent(parent);
        if (pid > 0) _request.Record(pid);
        // SCHED_DEADLINE is refused to a process that may not use all CPUs (sched(7)).
        if (!onOneCpu || _plan.Scheduling is { BySelf: true }) WaitingProcess.ApplyAllCpus();
        _request.Streams.Take();
        // Descriptors left open by the runtime's caller close at the exec, except those that it asked to keep.
        Descriptors.CloseOnExecFrom(3 + _request.ListenFds + _request.PreserveFds);
        Signals.Reset();
        OpenProc();
        RootfsSetup rootfs = _request.Rootfs ?? new RootfsSetup(_plan.Rootfs) { BuildsDetached = _request.BuildsDetached };
        if (_plan.Namespaces.HasUsers)
        {
            EnterUserNamespace(parent, entry, rootfs);
        }
        else
        {
            BeginSession();
            ChildSetup.SetOomScore(_plan.Process.OomScoreAdj);
            // While /proc is still the host's: a joined mount namespace may have anything there.
            MakeTimeNamespace(Files.AT_FDCWD, "/proc/self/timens_offsets");
            _request.Namespaces.ApplyJoin();
            if (_plan.Namespaces.IsNew(CLONE_NEWNET)) Loopback.ApplyUp();
            SetHostNames();
            rootfs.Prepare();
        }

        Fd? pidNamespace = _request.Namespaces.Find(CLONE_NEWPID);
        rootfs.ApplyMounts(new RootfsInputs(_plan.Cgroup.MountSources, _plan.Namespaces.Has(CLONE_NEWCGROUP), EnterCgroups,
            pidNamespace == null ? null : new JoinedProc(pidNamespace).Mount, _request.MountSources));
        TakeNetDevices();
        EnterCgroups();
        RunHooks();
        if (_request.ConsoleSocket == null) PrepareStreams(rootfs.RootDescriptor);
        rootfs.Pivot();
        if (_request.ConsoleSocket != null) OpenTerminal(rootfs, _request.ConsoleSocket);
        rootfs.Finish();
        Execute(rootfs);
    }

    // If the parent ends before the stage waits, init gets its parent-death signal (prctl(2)); a parent that ended before
    // this call is detected by its pidfd.
    private static void DieWithParent(Fd parent)
    {
        Processes.TryPrctl(Processes.PR_SET_PDEATHSIG, Processes.SIGKILL);
        if (ProcessDescriptors.HasEnded(parent)) Processes.Exit(1);
    }

    // Also makes a process group, which process.ioPriority applies to.
    private static void BeginSession()
    {
        Errno errno = Processes.TrySetsid();
        errno.OrThrow("setsid", "");
    }

    private void SetHostNames()
    {
        if (_plan.Config.Hostname is { Length: > 0 } host && UtsNames.TrySetHostName(host) is { IsError: true } hostErrno)
            throw hostErrno.Failure("hostname", "sethostname", host);
        if (_plan.Config.Domainname is { Length: > 0 } domain && UtsNames.TrySetDomainName(domain) is { IsError: true } domainErrno)
            throw domainErrno.Failure("domainname", "setdomainname", domain);
    }

    // The mount namespace is still a copy of the host's: after pivot_root /proc is the container's, which may be anything
    // (CVE-2019-16884).
    private void OpenProc()
    {
        if (_plan.Labels != null && !LsmAttributes.IsSupported) _proc = Files.Open("/proc", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
    }

    private void TakeNetDevices()
    {
        if (_plan.NetDevices.Length == 0) return;
        // Messages from the parent carry no type, so they must be read in order.
        EnterCgroups();
        InitMessage.Send(_channels.ReportWrite, InitMessage.Networked);
        Wait();
    }

    /// <summary>Waits until the parent has made the cgroups, joins them, then makes or joins the cgroup namespace.</summary>
    private void EnterCgroups()
    {
        if (_inCgroups) return;
        _inCgroups = true;
        Wait();
        _request.Cgroup.JoinSelf(_request.CgroupDescriptor >= 0);
        if (!_plan.Namespaces.HasUsers) _request.Namespaces.ApplyJoin(CLONE_NEWCGROUP);
        if (_plan.Namespaces.IsNew(CLONE_NEWCGROUP))
        {
            Errno errno = Processes.TryUnshare(CLONE_NEWCGROUP);
            errno.OrThrow("linux.namespaces (cgroup)", "unshare", "CLONE_NEWCGROUP");
        }
        if (!_plan.Cgroup.LateMemory || (_plan.Cgroup.IsUnified && !CanLeaveCgroup)) return;
        _request.Cgroup.StepOutOfMemory();
        _memory = _request.Cgroup.OpenStepIntoMemory();
    }

    // Hooks look for its cgroup, device rules hold there, and another process may be the one that waits in the end.
    private bool CanLeaveCgroup => !NeedsMounted && !_plan.Namespaces.HasUsers && !_plan.Namespaces.IsJoined(CLONE_NEWPID);

    // The parent has something to do between the mounts and pivot_root.
    private bool NeedsMounted => InitHooks.Any(_plan.Hooks) || _plan.Rootfs.OpensDevices;

    // time_namespaces(7): the offsets must be written before a process is in the namespace, which is after the next exec.
    private void MakeTimeNamespace(int directory, string file)
    {
        if (!_plan.Namespaces.IsNew(CLONE_NEWTIME)) return;
        Errno errno = Processes.TryUnshare(CLONE_NEWTIME);
        errno.OrThrow("linux.namespaces (time)", "unshare", "CLONE_NEWTIME");
        foreach (ClockOffset clock in _plan.Namespaces.Clocks)
        {
            errno = Files.TryWriteValueAt(directory, file, clock.Line);
            errno.OrThrow(clock.JsonPath, "write", $"{clock.Line} into /proc/self/timens_offsets");
        }
    }

    // runtime.md, "Lifecycle", 4 to 6: prestart and createRuntime in the runtime's namespaces, then createContainer in these.
    private void RunHooks()
    {
        if (!NeedsMounted) return;
        InitMessage.Send(_channels.ReportWrite, InitMessage.Mounted);
        Wait();
        HookRunner.RunAll("createContainer", _plan.Hooks.CreateContainer, _plan.State.With(ContainerStatus.Creating, InitHooks.OwnPid(_plan)));
    }

    private void PrepareStreams(Fd root)
    {
        int[] streams = ContainerStreams.Own.ToArray();
        using Fd? device = StandardStreams.Prepare(streams, root, _plan.Credentials.Uid);
        for (int stream = 0; stream < streams.Length; stream++)
            if (streams[stream] != stream) Descriptors.TryDup2(streams[stream], stream);
    }

    private void OpenTerminal(RootfsSetup rootfs, ConsoleSocket console)
    {
        using Pty pty = Pty.Open(rootfs.RootDescriptor);
        if (_plan.Process.ConsoleSize is { } size) pty.SetSize(size.Height, size.Width);
        pty.SetOwner(_plan.Credentials.Uid);
        rootfs.BindConsole(pty.Slave);
        console.Send(pty);
        // If another process continues in a joined pid namespace, that one takes it: when a session leader ends, its
        // terminal hangs up (setsid(2), and disassociate_ctty()).
        pty.Adopt(controlling: !_request.Stage.Has(StageOperation.TakeTerminal));
    }

    private void Execute(RootfsSetup rootfs)
    {
        using Fd? memory = _memory;
        using HookPipes? hookOutput = _plan.Hooks.StartContainer.Length == 0 ? null : new HookPipes(_plan.Credentials.Uid);
        if (!_request.NoNewKeyring) SessionKeyring.Apply(_plan.Id, _plan.Namespaces.HasUsers, _plan.Labels, _proc);
        int kept = _request.ListenFds + _request.PreserveFds;
        var inputs = new StageInputs(_request.Stage, _plan.Process, _request.Credentials, AddListening(HomeDirectory.AddTo(_plan.Process.Env, _plan.Credentials.Uid)))
        {
            Start = _channels.StartRead,
            Report = _channels.ReportWrite,
            Preserved = kept,
            Labels = _plan.Labels,
            Scheduling = _plan.Scheduling,
            Seccomp = _plan.Seccomp,
            Hooks = _plan.Hooks.StartContainer,
            HookInput = _request.LateInput ?? InitHooks.OpenInput(_plan),
            HookOutput = hookOutput,
            PidNamespace = _request.Stage.Has(StageOperation.ChoosePidNamespace) ? _request.Namespaces.Find(CLONE_NEWPID) : null,
            Memory = memory,
            Proc = _proc,
        };
        WaitingProcess.ApplyToSelf(_plan.Scheduling);
        using Fd image = StageProgram.Seal(inputs);
        rootfs.Dispose();
        StageImage.Execute(image, inputs);
    }

    // sd_listen_fds(3): the program takes the sockets if LISTEN_PID is its pid. In a joined pid namespace that is not
    // known yet; there LISTEN_PID has runc's value.
    private string[] AddListening(string[] env)
    {
        if (_request.ListenFds == 0) return env;
        int pid = _plan.Namespaces.IsJoined(CLONE_NEWPID) ? 1 : Processes.GetPid();
        var result = new List<string>(env.Length + 2);
        foreach (string variable in env)
        {
            if (!variable.StartsWith("LISTEN_FDS=", StringComparison.Ordinal) && !variable.StartsWith("LISTEN_PID=", StringComparison.Ordinal)) result.Add(variable);
        }
        result.Add($"LISTEN_FDS={_request.ListenFds}");
        result.Add($"LISTEN_PID={pid}");
        return [.. result];
    }

    private void Wait()
    {
        Span<byte> word = stackalloc byte[1];
        Errno errno = Files.TryRead(_channels.StartRead.Value, word, out int count);
        errno.OrThrow("read", "start channel");
        // Only pipes have an end: the parent is gone.
        if (count == 0) Processes.Exit(1);
    }
}
