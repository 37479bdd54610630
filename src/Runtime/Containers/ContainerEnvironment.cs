// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces.
using System;
using Runcs.Cgroups;
using Runcs.Containers.Storage;
using Runcs.Diagnostics;
using Runcs.Hooks;
using Runcs.IntelRdt;
using Runcs.Native;
using Runcs.Network;
using Runcs.OciSpec;
using Runcs.Plan;
using Runcs.Rootfs;

namespace Runcs.Containers;

/// <summary>
/// Creates a container's environment: state directory, cgroups, resctrl group, moved network devices. Runs the hooks of
/// the runtime's namespaces. Independent of how the first process is made. Disposing it rolls back all changes, unless
/// <see cref="Keep"/> was called.
/// </summary>
internal sealed class ContainerEnvironment(CreateOptions options, ContainerPlan plan, Fd? interrupts) : IDisposable
{
    private readonly Undo _undo = new();
    private readonly ContainerRecord _record = ContainerRecords.Intend(options, plan);
    private readonly ResctrlGroup? _resctrl = plan.IntelRdt == null ? null : new ResctrlGroup(plan.IntelRdt);
    private StateDirectory? _state;
    private MovedNetDevices? _netDevices;
    private bool _hasCgroups;

    internal NewCgroup Cgroup { get; } = NewCgroup.Open(plan.Cgroup);

    internal StateDirectory State => _state!;

    /// <summary>Whether the OOM killer has killed a process of the container.</summary>
    internal bool WasOutOfMemory => Cgroup.Cgroup.OomKills() > 0;

    /// <summary>Makes the state directory and writes the intent: from here on all effects can be found and removed.</summary>
    /// <exception cref="RuncsException"/>
    internal void Begin()
    {
        _state = options.Existing ?? StateDirectory.Create(options.Root, options.Id);
        CheckCgroup();
        // runtime.md, "Lifecycle", 12 and 13: after a failure the container is deleted and the poststop hooks run.
        _undo.Add(RunPoststopHooks);
        _undo.Add(RemoveState);
        if (_resctrl != null) (_record.Resctrl, _record.ResctrlMade) = (_resctrl.ToJoin(), _resctrl.ToRemove());
        if (options.NotifySocket != null) _state.MakeNotify();
        _state.WriteConfig(plan.Document);
        _state.WriteRecord(_record);
        foreach (string warning in plan.Cgroup.Warnings) Log.Warn(warning);
        foreach (string warning in plan.Rootfs.Warnings) Log.Warn(MountDestinations.Complete(warning, plan.Config.Mounts));
        Log.Debug("state directory created");
    }

    /// <summary>The container stays.</summary>
    internal void Keep() => _undo.Keep();

    /// <summary>Mounts the root of a container without a mount namespace.</summary>
    /// <exception cref="RuncsException"/>
    internal void MountRoot()
    {
        if (!plan.Rootfs.OwnMountNamespace) RootOnHost.Mount(plan.Rootfs, RecordRootMount);
    }

    /// <summary>The cgroup2 directory to clone the first process into (CLONE_INTO_CGROUP); -1 for none.</summary>
    /// <exception cref="RuncsException"/>
    internal int CreateCgroupForClone()
    {
        _undo.Add(Cgroup.Undo);
        return Cgroup.CreateForClone();
    }

    /// <summary>Records the first process, unless it has done that itself, creates its groups and sets their limits.</summary>
    /// <param name="kill">Kills it on rollback.</param>
    /// <exception cref="RuncsException"/>
    internal void Add(int pid, Action kill)
    {
        _undo.Add(() =>
        {
            kill();
            KillOthers();
        });
        if (_record.Init.Pid != pid) Record(pid);
        if (_resctrl != null)
        {
            _undo.Add(_resctrl.Undo);
            _resctrl.Apply(pid);
        }
        // While init makes its mounts; it joins when the parent sends its message.
        Cgroup.StartUnit(pid);
        if (!_hasCgroups) CreateCgroups();
    }

    /// <summary>Creates the cgroups and sets their limits: before the clone of the first process, if that works on this process's memory.</summary>
    /// <exception cref="RuncsException"/>
    internal void CreateCgroups()
    {
        _hasCgroups = true;
        Cgroup.Create();
        if (Cgroup.LacksSome)
        {
            _record.Cgroups = Cgroup.Paths;
            _state!.WriteRecord(_record);
        }
        if (!plan.Rootfs.OpensDevices) Cgroup.ApplyEarly();
        Log.Debug("cgroups created, limits set");
    }

    /// <summary>Another process has become the container's first.</summary>
    /// <exception cref="RuncsException"/>
    internal void Record(int pid)
    {
        _record.Init = ProcessIdentity.Of(pid);
        _state!.WriteInit(_record.Init);
    }

    /// <param name="init">A pidfd of a process in the container's network namespace.</param>
    /// <exception cref="RuncsException"/>
    internal void MoveNetDevices(Fd init)
    {
        _netDevices = MovedNetDevices.Open(init);
        _undo.Add(_netDevices.Undo);
        _netDevices.ApplyMoves(plan.NetDevices);
        Log.Debug("network devices moved");
    }

    /// <summary>After the mounts and before pivot_root: writes limits that would prevent the mounts, and runs the hooks.</summary>
    /// <exception cref="RuncsException"/>
    internal void FollowMounts(int pid)
    {
        Log.Debug("filesystems mounted");
        if (plan.Rootfs.OpensDevices) Cgroup.ApplyEarly();
        // The environment exists, which "created" requires (runtime.md, "State"); runtime-tools checks it in prestart hooks,
        // and crun reports it. The other kinds get runc's status.
        HookRunner.RunAll("prestart", plan.Hooks.Prestart, plan.State.With(ContainerStatus.Created, pid), interrupts);
        HookRunner.RunAll("createRuntime", plan.Hooks.CreateRuntime, plan.State.With(ContainerStatus.Creating, pid), interrupts);
    }

    /// <summary>For <c>run</c>: the program has started.</summary>
    /// <exception cref="RuncsException"/>
    internal void RunPoststartHooks()
    {
        if (plan.Hooks.Poststart.Length == 0) return;
        _state!.MarkStarted();
        ContainerHooks.RunPoststart(plan.Hooks.Poststart, _record, interrupts);
    }

    /// <summary>For <c>run</c> after the program's end: removes the rest of the container, unless another command has.</summary>
    /// <exception cref="RuncsException"/>
    internal void Destroy()
    {
        if (!_state!.Relock()) return;
        KillOthers();
        Cgroup.Cgroup.Destroy();
        UnmountRoot();
        ResctrlGroup.Remove(_record.ResctrlMade);
        _state.Remove();
        Log.Debug("cgroups and state directory removed");
        RunPoststopHooks();
    }

    public void Dispose()
    {
        _undo.Dispose();
        _netDevices?.Dispose();
        Cgroup.Dispose();
        _state?.Dispose();
    }

    // Before the cgroup is recorded: a delete after a killed create kills all processes in the recorded cgroup. After the
    // id is reserved: a taken id is the better error.
    private void CheckCgroup()
    {
        try
        {
            Cgroup.CheckUnused();
        }
        catch
        {
            RemoveState();
            throw;
        }
    }

    // One that is created again stays as a stopped one.
    private void RemoveState()
    {
        if (options.Existing == null) _state!.Remove();
        else _state!.RemoveChannels();
    }

    // In a new pid namespace they end with the first process (pid_namespaces(7)).
    private void KillOthers()
    {
        if (!plan.Namespaces.HasOwnPids) Cgroup.KillAll();
    }

    private void RecordRootMount(ulong id)
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
