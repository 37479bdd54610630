// SPDX-License-Identifier: Apache-2.0
// Run by the parent: the sequence of create, and its rollback on failure.
using System;
using Runcs.Cgroups;
using Runcs.Containers.Storage;
using Runcs.Diagnostics;
using Runcs.Hooks;
using Runcs.Init.Helpers;
using Runcs.Init.Parent;
using Runcs.Init.Protocol;
using Runcs.IntelRdt;
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.Network;
using Runcs.OciSpec;
using Runcs.Plan;
using Runcs.Rootfs;
using Runcs.Scheduling;
using Runcs.Terminal;

namespace Runcs.Containers;

/// <summary>
/// Creates a container: its state directory, cgroups and first process. Disposing it rolls back all changes, unless
/// <see cref="Keep"/> was called.
/// </summary>
internal sealed class NewContainer(CreateOptions options, ContainerPlan plan, Fd? interrupts) : IDisposable
{
    private readonly Undo _undo = new();
    private readonly ContainerRecord _record = ContainerRecords.Intend(options, plan);
    private readonly NewCgroup _cgroup = NewCgroup.Open(plan.Cgroup);
    private readonly ResctrlGroup? _resctrl = plan.IntelRdt == null ? null : new ResctrlGroup(plan.IntelRdt);
    private StateDirectory? _state;
    private InitChannels? _channels;
    private ContainerInit? _init;
    private MovedNetDevices? _netDevices;

    /// <summary>Makes the state directory and writes the intent: from here on all effects can be found and removed.</summary>
    /// <exception cref="RuncsException"/>
    internal void Begin()
    {
        _state = StateDirectory.Create(options.Root, options.Id);
        CheckCgroup();
        // runtime.md, "Lifecycle", 12 and 13: after a failure the container is deleted and the poststop hooks run.
        _undo.Add(RunPoststopHooks);
        _undo.Add(_state.Remove);
        if (_resctrl != null) (_record.Resctrl, _record.ResctrlMade) = (_resctrl.ToJoin(), _resctrl.ToRemove());
        if (options.NotifySocket != null) _state.MakeNotify();
        _state.WriteConfig(plan.Document);
        _state.WriteRecord(_record);
        foreach (string warning in plan.Cgroup.Warnings) Log.Warn(warning);
        foreach (string warning in plan.Rootfs.Warnings) Log.Warn(warning);
        Log.Debug("state directory created");
    }

    /// <summary>For <c>run</c>: the socket by which the program reports that it is ready; null without NOTIFY_SOCKET.</summary>
    internal NotifySocket? BindNotify() => NotifySocket.Bind(_state!, options.NotifySocket);

    /// <summary>The container stays.</summary>
    internal void Keep() => _undo.Keep();

    internal int Pid => _init!.Pid;

    internal Fd Pidfd => _init!.Pidfd;

    // Before the cgroup is recorded: a delete after a killed create kills all processes in the recorded cgroup. After the
    // id is reserved: a taken id is the better error.
    private void CheckCgroup()
    {
        try
        {
            _cgroup.CheckUnused();
        }
        catch
        {
            _state!.Remove();
            throw;
        }
    }

    /// <summary>For <c>create</c>: channels that <c>start</c> finds in the state directory.</summary>
    internal void OpenFifos()
    {
        (Fd start, Fd report) = _state!.MakeChannels();
        _channels = InitChannels.OfFifos(start, report);
    }

    /// <summary>For <c>run</c>: channels that only this process has.</summary>
    internal void OpenPipes() => _channels = InitChannels.OfPipes();

    /// <summary>From the clone until the exec stage waits for the start.</summary>
    /// <exception cref="RuncsException"/>
    internal void Make(NewNetwork? network, ConsoleSocket? console)
    {
        using OpenNamespaces namespaces = OpenNamespaces.Open(plan.Namespaces);
        using MountSources? mountSources = MountSources.Open(plan.Rootfs);
        if (!plan.Rootfs.OwnMountNamespace) RootOnHost.Mount(plan.Rootfs, IntendRootMount);
        _undo.Add(_cgroup.Undo);
        using var request = new InitRequest(plan, _channels!, namespaces, _cgroup)
        {
            CgroupDescriptor = _cgroup.CreateForClone(),
            Network = network,
            MountSources = mountSources,
            ConsoleSocket = console,
            Streams = options.Streams,
            NoNewKeyring = options.NoNewKeyring,
            ListenFds = options.ListenFds,
            PreserveFds = options.PreserveFds,
        };
        request.Open();
        _init = ContainerInit.Clone(request, interrupts);
        _undo.Add(KillAll);
        _channels!.CloseChildEnds();
        network?.LeaveToInit();
        RecordInit();
        if (Log.IsDebug) Log.Debug($"init cloned: {Pid}");
        if (_resctrl != null)
        {
            _undo.Add(_resctrl.Undo);
            _resctrl.Apply(Pid);
        }
        // While init makes its mounts; it joins when the parent sends its message.
        _cgroup.StartUnit(Pid);
        _cgroup.Create();
        if (_cgroup.LacksSome) RecordCgroups();
        if (!plan.Rootfs.OpensDevices) _cgroup.ApplyEarly();
        Log.Debug("cgroups created, limits set");
        _init.ApplyFromOutside();
        WaitingProcess.ApplyAllCpus(Pid);
        _init.Send();
        try
        {
            FollowInit(request.LateInput);
        }
        catch (RuncsException e) when (WasOutOfMemory)
        {
            throw OutOfMemory.AtStart(e);
        }
        _init.ApplyLimits();
        if (plan.Scheduling != null) WaitingProcess.Apply(plan.Scheduling, Pid);
        // Written only after the set-up, which they would affect.
        _cgroup.ApplyLate();
        if (options.PidfdSocket != null) PidfdSocket.Send(options.PidfdSocket, Pidfd);
    }

    /// <summary>For <c>create</c>, at its end: allows <c>start</c>.</summary>
    internal void Offer() => _state!.OfferStart();

    /// <summary>For <c>run</c>: starts the program and runs the poststart hooks.</summary>
    /// <exception cref="RuncsException"/>
    internal void Start()
    {
        _init!.Send();
        if (_init.ReceiveOutcome() is { } failure) throw failure;
        if (_init.HasEnded() && WasOutOfMemory) throw OutOfMemory.AtStart(null);
        Log.Debug("program started");
        if (plan.Hooks.Poststart.Length == 0) return;
        _state!.MarkStarted();
        ContainerHooks.RunPoststart(plan.Hooks.Poststart, _record, interrupts);
    }

    /// <summary>Whether the OOM killer has killed a process of the container.</summary>
    internal bool WasOutOfMemory => _cgroup.Cgroup.OomKills() > 0;

    /// <summary>For <c>run</c> in the foreground: other commands may use the container while we wait for its program.</summary>
    internal void Unlock() => _state!.Unlock();

    /// <summary>For <c>run</c> after the program's end: removes the rest of the container, unless another command has.</summary>
    /// <exception cref="RuncsException"/>
    internal void Destroy()
    {
        if (!_state!.Relock()) return;
        if (!plan.Namespaces.HasOwnPids) _cgroup.KillAll();
        _cgroup.Cgroup.Destroy();
        UnmountRoot();
        ResctrlGroup.Remove(_record.ResctrlMade);
        _state.Remove();
        Log.Debug("cgroups and state directory removed");
        RunPoststopHooks();
    }

    public void Dispose()
    {
        _undo.Dispose();
        _channels?.Dispose();
        _netDevices?.Dispose();
        _init?.Dispose();
        _cgroup.Dispose();
        _state?.Dispose();
    }

    private void RecordInit()
    {
        _record.Init = ProcessIdentity.Of(Pid);
        _state!.WriteInit(_record.Init);
    }

    private void RecordCgroups()
    {
        _record.Cgroups = _cgroup.Paths;
        _state!.WriteRecord(_record);
    }

    private void FollowInit(Fd? lateInput)
    {
        while (true)
        {
            switch (_init!.Receive())
            {
                case InitEvent.Ready:
                    Log.Debug("ready: the exec stage waits for the start");
                    return;
                case InitEvent.Moved:
                    RecordInit();
                    InitHooks.FillLateInput(lateInput, plan, Pid);
                    break;
                case InitEvent.Networked:
                    MoveNetDevices();
                    Log.Debug("network devices moved");
                    _init.Send();
                    break;
                case InitEvent.Listening:
                    using (Fd listener = _init.TakeListener())
                        plan.Seccomp!.Listener!.Send(listener, InitHooks.ProcessStateFor(plan, Pid).WriteCompact());
                    Log.Debug("seccomp listener passed to the agent");
                    break;
                case InitEvent.Mounted:
                    Log.Debug("filesystems mounted");
                    if (plan.Rootfs.OpensDevices) _cgroup.ApplyEarly();
                    State state = InitHooks.StateFor(plan, ContainerStatus.Creating, Pid);
                    // The environment exists, which "created" requires (runtime.md, "State"); runtime-tools checks it in
                    // prestart hooks, and crun reports it. The other kinds get runc's status.
                    HookRunner.RunAll("prestart", plan.Hooks.Prestart, InitHooks.StateFor(plan, ContainerStatus.Created, Pid), interrupts);
                    HookRunner.RunAll("createRuntime", plan.Hooks.CreateRuntime, state, interrupts);
                    _init.Send();
                    break;
            }
        }
    }

    private void MoveNetDevices()
    {
        _netDevices = MovedNetDevices.Open(Pidfd);
        _undo.Add(_netDevices.Undo);
        _netDevices.ApplyMoves(plan.NetDevices);
    }

    private void KillAll()
    {
        _init!.Kill();
        if (!plan.Namespaces.HasOwnPids) _cgroup.KillAll();
    }

    private void IntendRootMount(ulong id)
    {
        _record.RootMount = id;
        _state!.WriteRecord(_record);
        _undo.Add(UnmountRoot);
    }

    private void UnmountRoot()
    {
        if (_record.RootMount != 0) RootOnHost.Unmount(_record.Rootfs, _record.RootMount);
    }

    private void RunPoststopHooks() => ContainerHooks.RunPoststop(plan.Hooks.Poststop, _record);
}
