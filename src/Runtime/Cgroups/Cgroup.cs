// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;
using Kernel = Runcs.Native.Processes;

namespace Runcs.Cgroups;

/// <summary>
/// A container's cgroup, in all hierarchies at once. In create, by the parent but where it says otherwise:
/// <see cref="CreateForClone"/>, the clone, <see cref="Create"/>, <see cref="ApplyEarly"/>, in the child
/// <see cref="JoinSelf"/>, then the set-up, and with the exec stage waiting <see cref="ApplyLate"/>.
/// </summary>
public abstract partial class Cgroup : IDisposable
{
    private protected const string PathOrigin = "linux.cgroupsPath";

    private protected readonly CgroupTree Tree = new();

    private protected readonly CgroupPlan? Plan;

    /// <summary>The unit whose cgroup it is; "" if it was made without systemd.</summary>
    private protected readonly string Unit;

    private protected Cgroup(CgroupPlan? plan, string unit) => (Plan, Unit) = (plan, plan?.Unit?.Name ?? unit);

    /// <summary>Cgroup v2 alone.</summary>
    public abstract bool IsUnified { get; }

    /// <summary>For create.</summary>
    /// <exception cref="SyscallException"/>
    public static Cgroup Open(CgroupPlan plan)
    {
        foreach (string warning in plan.Warnings) Log.Warn(warning);
        return plan.IsUnified ? new V2.CgroupV2(plan.Places[0], plan, "") : new V1.CgroupV1(plan.Places, plan, "");
    }

    /// <summary>For the later commands, from what create recorded of <see cref="CgroupPlan.Paths"/>. No cgroup need be there any more.</summary>
    /// <param name="unit">The unit whose cgroup it is; "" for none.</param>
    /// <exception cref="RuncsException"/>
    public static Cgroup Open(IReadOnlyList<string> paths, string unit = "")
    {
        var places = new CgroupPlace[paths.Count];
        for (int i = 0; i < places.Length; i++) places[i] = CgroupPlace.Parse(paths[i]);
        return places is [{ IsUnified: true } only] ? new V2.CgroupV2(only, null, unit) : new V1.CgroupV1(places, null, unit);
    }

    /// <summary>
    /// Before the clone: makes the v2 directory, and gives its descriptor for CLONE_INTO_CGROUP, which costs nothing where
    /// every other way into a v2 cgroup waits for an RCU grace period (some milliseconds). -1 where there is no v2 hierarchy,
    /// and where systemd makes it, which wants a process first.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public abstract int CreateForClone();

    /// <summary>After the clone, if systemd makes the cgroup: has it make it, with the process in it.</summary>
    /// <exception cref="RuncsException"/>
    public void StartUnit(int pid)
    {
        if (Plan!.Unit is not { } unit) return;
        Systemd.Units.Start(unit, pid, () => _isOurs = _hasUnit = true);
        if (Log.IsDebug) Log.Debug($"systemd created {unit.Name}");
    }

    /// <summary>Makes all (other) directories. A cgroup that exists must be empty and not frozen.</summary>
    /// <exception cref="RuncsException"/>
    public abstract void Create();

    /// <summary>
    /// In the child, once <see cref="Create"/> is done and before it unshares its cgroup namespace: joins what the clone has
    /// not joined. Only for a process with one thread: v1's <c>tasks</c> takes a 0 for the calling thread without the wait
    /// for an RCU grace period that any pid written there costs (cgroup_procs_write_start in kernel/cgroup/cgroup.c, 5.5).
    /// </summary>
    /// <param name="cloned">The clone had CLONE_INTO_CGROUP.</param>
    /// <exception cref="RuncsException"/>
    public abstract void JoinSelf(bool cloned);

    /// <summary>
    /// For a further process, before its clone: the v2 directory for CLONE_INTO_CGROUP, as <see cref="CreateForClone"/> gives it;
    /// -1 where there is no v2 hierarchy.
    /// </summary>
    public abstract Errno TryOpenForClone(out int directory);

    /// <summary>Brings another process in, with all its threads. Costs about ten milliseconds: see <see cref="JoinSelf"/>.</summary>
    /// <exception cref="RuncsException"/>
    public abstract void Join(int pid);

    /// <summary>
    /// In the child, after it has unshared its cgroup namespace, if <see cref="CgroupPlan.LateMemory"/>: what it now uses is
    /// not charged to the container, whose limit is too small for it and is written now. Nothing to do on v2.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public virtual void StepOutOfMemory() { }

    /// <summary>
    /// The file to which the process that stepped out writes <c>0</c> to step in again; null where there is nothing to do.
    /// That costs less than <see cref="ApplyLate"/> with a pid.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public virtual Fd? OpenStepIntoMemory() => null;

    private protected virtual void StepIntoMemory(int pid) { }

    /// <summary>The limits that are in force for the hooks and the set-up.</summary>
    /// <exception cref="RuncsException"/>
    public void ApplyEarly()
    {
        if (Plan!.Unit is { } unit) Systemd.Units.Set(Unit, unit.Devices);
        Apply(CgroupPhase.Early);
        ApplyDevices();
    }

    /// <summary>The limits that would strike the set-up, once the exec stage waits.</summary>
    /// <param name="pid">The stage, if it is out of the <c>memory</c> cgroup and is to be brought back; 0 if it brings itself.</param>
    /// <exception cref="RuncsException"/>
    public void ApplyLate(int pid)
    {
        // Before the files, some of which it writes itself.
        if (Plan!.Unit is { } unit) Systemd.Units.Set(Unit, unit.Late);
        Apply(CgroupPhase.Late);
        if (pid > 0) StepIntoMemory(pid);
    }

    private protected virtual void ApplyDevices() { }

    /// <summary>The directory in which a controller has its files.</summary>
    private protected abstract string PathOf(string controller);

    private protected static string Behind(string hint) => hint.Length == 0 ? "" : ": " + hint;

    /// <summary>Whether it is there; on v1 one hierarchy speaks for all.</summary>
    public abstract bool Exists();

    /// <summary>All processes, those in cgroups that the container made included.</summary>
    public abstract IReadOnlyList<int> Processes();

    /// <summary>
    /// Sends a signal to every process, also to those that are forked meanwhile. SIGKILL also ends frozen ones. Does not wait
    /// for their end.
    /// </summary>
    /// <returns>There was a process.</returns>
    /// <exception cref="RuncsException"/>
    public bool Kill(int signal)
    {
        // The undo of a create that was refused a cgroup in use must not end what uses it.
        if (Plan != null && !_isOurs) return false;
        IReadOnlyList<int> processes = Processes();
        if (processes.Count == 0) return false;
        foreach (int pid in processes)
        {
            if (pid == Kernel.GetPid()) throw new RuncsException("this process is itself in the container's cgroup: it would be frozen or killed with it");
        }
        if (signal == Kernel.SIGKILL)
            KillAll();
        else
            SignalFrozen(signal);
        return true;
    }

    private protected abstract void KillAll();

    /// <summary>Freezes, signals, thaws: a frozen process neither forks nor gives its pid to another. False if they could not be frozen.</summary>
    private protected bool SignalFrozen(int signal)
    {
        bool wasFrozen = IsFrozen();
        bool isFrozen = wasFrozen || TryFreeze();
        foreach (int pid in Processes()) Kernel.TryKill(pid, signal);
        if (!wasFrozen || signal == Kernel.SIGKILL) Thaw();
        return isFrozen;
    }

    /// <summary>Stops every process until <see cref="Thaw"/>; returns when all have stopped.</summary>
    /// <exception cref="RuncsException">They did not within two seconds, and run again.</exception>
    public void Freeze()
    {
        if (!CanFreeze) throw new RuncsException("unable to freeze the container's cgroup: it has no freezer, which the host has not mounted or did not permit");
        if (!TryFreeze()) throw new RuncsException("unable to freeze the container's cgroup: a process in it cannot be stopped");
    }

    private protected virtual bool CanFreeze => true;

    private protected abstract bool TryFreeze();

    /// <summary>Lets the processes go on. Nothing to do if there is no cgroup.</summary>
    public abstract void Thaw();

    /// <summary>Lets go whatever a SIGKILL would not end, what the container itself has frozen too. Nothing on v2, where it ends all.</summary>
    public virtual void ThawForKill() { }

    /// <summary>Itself: not by a cgroup above it.</summary>
    public abstract bool IsFrozen();

    /// <summary>Whether nothing in it would run.</summary>
    private protected virtual bool HoldsProcesses() => IsFrozen();

    /// <summary>How many processes the kernel has killed for want of memory.</summary>
    public abstract ulong OomKills();

    /// <summary>
    /// Removes it, with the cgroups that the container made in it. Waits up to ten seconds for the last processes to be gone.
    /// Those above it stay, as runc leaves them, even if create made them: an engine may have set limits there, and others may
    /// be about to use them. Only <see cref="Undo"/> of a create that failed takes them back.
    /// </summary>
    /// <exception cref="RuncsException">A process is still in it.</exception>
    public void Destroy()
    {
        if (Unit.Length > 0) StopUnit();
        DestroyDirectories();
    }

    private protected abstract void DestroyDirectories();

    private protected static void Pause(int milliseconds) => Descriptors.TryPoll([], milliseconds, out _);

    public virtual void Dispose() => Tree.Dispose();
}
