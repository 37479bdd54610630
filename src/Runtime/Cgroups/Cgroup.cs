// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Cgroups.Systemd;
using Runcs.Cgroups.V1;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec.Json;
using Runcs.Protobuf;
using Kernel = Runcs.Native.Processes;

namespace Runcs.Cgroups;

/// <summary>A container's cgroup in all hierarchies, once <see cref="NewCgroup"/> has made it.</summary>
public abstract partial class Cgroup : IDisposable
{
    private protected readonly CgroupDirectories Directories;

    /// <summary>The systemd unit that the cgroup belongs to; "" for none.</summary>
    private protected readonly string Unit;

    private IReadOnlyList<string>? _pageSizes;

    private protected Cgroup(CgroupDirectories directories, string unit) => (Directories, Unit) = (directories, unit);

    /// <summary>Opens the cgroup from what create recorded of <see cref="CgroupPlan.Paths"/>. It need not exist any more.</summary>
    /// <param name="paths">A <see cref="CgroupPlace"/> each.</param>
    /// <param name="unit">The systemd unit that the cgroup belongs to; "" for none.</param>
    /// <exception cref="RuncsException">A path is not in the form of the record.</exception>
    public static Cgroup Open(IReadOnlyList<string> paths, string unit = "")
    {
        var places = new CgroupPlace[paths.Count];
        for (int i = 0; i < places.Length; i++) places[i] = CgroupPlace.Parse(paths[i]);
        return Of(new CgroupDirectories(places, places is [{ IsUnified: true }]), unit);
    }

    /// <param name="directories">Closed with the result.</param>
    internal static Cgroup Of(CgroupDirectories directories, string unit) =>
        directories.IsUnified ? new V2.CgroupV2(directories, unit) : new V1.CgroupV1(directories, unit);

    /// <summary>Cgroup v2 alone.</summary>
    public bool IsUnified => Directories.IsUnified;

    /// <summary>The v2 hierarchy's part of the container's cgroup; null if there is none.</summary>
    public CgroupPlace? Unified => Directories.Find(CgroupHierarchy.Unified)?.Place;

    /// <summary>The ids of all processes, including those in cgroups that the container made below its own.</summary>
    /// <exception cref="RuncsException">They cannot be read.</exception>
    public IReadOnlyList<int> Processes() => Directories.Processes();

    /// <summary>
    /// Sends a signal to every process, including those that are forked meanwhile; SIGKILL also ends frozen ones. Does not wait
    /// for their end.
    /// </summary>
    /// <param name="signal">As for kill(2).</param>
    /// <returns>There was a process.</returns>
    /// <exception cref="RuncsException">The caller is in the cgroup.</exception>
    public bool Kill(int signal)
    {
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

    /// <summary>Kills processes that keep the cgroup from being removed.</summary>
    /// <param name="processes">Their pids.</param>
    /// <exception cref="RuncsException">As of <see cref="Kill"/>, and for a process that is frozen in another cgroup.</exception>
    public void KillRemaining(IReadOnlyList<int> processes)
    {
        Kill(Kernel.SIGKILL);
        foreach (int pid in processes) CheckNotFrozen(pid);
    }

    /// <summary>After SIGKILL.</summary>
    /// <exception cref="RuncsException">The process is frozen, in a cgroup that is not the container's.</exception>
    public void CheckNotFrozen(int pid)
    {
        if (FindFrozen(pid, out int held) is { } path)
            throw new RuncsException($"process {held} does not end on SIGKILL: it is frozen in the cgroup {path}: write THAWED to {path}/freezer.state and repeat the command");
    }

    private protected abstract void KillAll();

    /// <summary>Freezes, signals, thaws: a frozen process neither forks nor ends, so no pid is reused.</summary>
    /// <returns>False if the processes could not be frozen.</returns>
    /// <exception cref="RuncsException">The processes cannot be found, or not thawed.</exception>
    private protected bool SignalFrozen(int signal)
    {
        Freezer freezer = Freezer;
        bool wasFrozen = freezer.IsFrozen();
        bool isFrozen = wasFrozen || TryFreeze(freezer);
        foreach (int pid in Processes()) Kernel.TryKill(pid, signal);
        if (!wasFrozen || signal == Kernel.SIGKILL) freezer.Thaw();
        return isFrozen;
    }

    // A signal reaches processes that run as well.
    private static bool TryFreeze(Freezer freezer)
    {
        try
        {
            return freezer.TryFreeze();
        }
        catch (RuncsException e)
        {
            if (Log.IsDebug) Log.Debug($"the processes are not frozen for the signal: {e.Message}");
            return false;
        }
    }

    private protected abstract Freezer Freezer { get; }

    /// <summary>Stops every process until <see cref="Thaw"/>; returns once all have stopped.</summary>
    /// <exception cref="RuncsException">They did not stop within two seconds, and run again.</exception>
    public void Freeze()
    {
        Freezer freezer = Freezer;
        const string Failed = "unable to freeze the container's cgroup: ";
        if (!freezer.IsSupported) throw new RuncsException(Failed + "it has no freezer, which the host has not mounted or did not permit");
        bool isFrozen;
        try
        {
            isFrozen = freezer.TryFreeze();
        }
        catch (RuncsException e)
        {
            throw new RuncsException(Failed + e.Message, e);
        }
        if (!isFrozen) throw new RuncsException(Failed + "a process in it cannot be stopped");
    }

    /// <summary>Lets the processes continue. Does nothing if the cgroup is gone.</summary>
    /// <exception cref="RuncsException"/>
    public void Thaw() => Freezer.Thaw();

    /// <summary>Thaws processes that SIGKILL alone would not end, including those that the container has frozen itself; none on v2.</summary>
    /// <exception cref="RuncsException">A process stays frozen.</exception>
    public void ThawForKill() => Freezer.ThawAll();

    /// <summary>The cgroup itself is frozen, and not only one above it.</summary>
    /// <exception cref="RuncsException">It is unknown.</exception>
    public bool IsFrozen() => Freezer.IsFrozen();

    /// <summary>A process in the cgroup would not run.</summary>
    /// <exception cref="RuncsException">It is unknown.</exception>
    internal bool HoldsProcesses() => Freezer.HoldsProcesses();

    /// <summary>How many processes the OOM killer has killed; 0 without the <c>memory</c> controller.</summary>
    public abstract ulong OomKills();

    /// <returns>Null without the <c>memory</c> controller.</returns>
    /// <exception cref="RuncsException"/>
    public abstract OomWatch? WatchOom();

    /// <summary>Writes the members <c>cpu</c> to <c>hugetlb</c> of runc's types.Stats into the object that is open.</summary>
    public void WriteStats(JsonText json) => WriteStats(json, Read, _pageSizes ??= HugePages.ReadSizes());

    private protected abstract void WriteStats(JsonText json, ReadStatFile read, IReadOnlyList<string> pageSizes);

    /// <summary>The type of the message that <see cref="WriteMetrics"/> writes.</summary>
    public abstract string MetricsType { get; }

    /// <summary>Writes the values of the kernel's files as containerd's metrics, a message of its own for each version of cgroups.</summary>
    /// <param name="oomKills">
    /// As many processes at least have been killed by the OOM killer. For a cgroup that may be gone: systemd removes that of a
    /// unit when its last process has ended.
    /// </param>
    internal void WriteMetrics(ProtoWriter writer, ulong oomKills = 0) => WriteMetrics(writer, Read, _pageSizes ??= HugePages.ReadSizes(), oomKills);

    private protected abstract void WriteMetrics(ProtoWriter writer, ReadStatFile read, IReadOnlyList<string> pageSizes, ulong oomKills);

    private string? Read(string controller, string file) => Directories.Find(controller)?.Read(file);

    /// <summary>The limits that <see cref="CgroupPlanner.PlanUpdate"/> depends on.</summary>
    public abstract CgroupLimits ReadLimits();

    /// <summary>Writes other limits. If the kernel refuses one, those before it get their old values back.</summary>
    /// <exception cref="RuncsException"/>
    public void Update(CgroupUpdate update)
    {
        Check(update.Checks);
        SavedValues old = SavedValues.Read(Directories, update.Writes);
        try
        {
            // Before the files, some of which it writes itself.
            if (Unit.Length > 0) Units.Set(Unit, update.Properties);
            new CgroupWriter(Directories).Apply(update.Writes);
        }
        catch
        {
            old.Restore();
            throw;
        }
    }

    /// <exception cref="RuncsException">More memory is in use.</exception>
    internal void Check(IReadOnlyList<MemoryCheck> checks)
    {
        foreach (MemoryCheck check in checks)
        {
            long used = MemoryInUse(check.WithSwap);
            if (used >= check.Limit) throw RuncsException.At(check.JsonPath, $"{check.Limit} is not above the current usage ({used}), and checkBeforeUpdate is set");
        }
    }

    /// <summary>Bytes; 0 on v1, where the kernel itself refuses a limit below the memory in use (EBUSY).</summary>
    private protected virtual long MemoryInUse(bool withSwap) => 0;

    /// <summary>
    /// Replaces the device rules: at once on v2; on v1 a device that both the old and the new rules allow stays allowed all the
    /// time.
    /// </summary>
    /// <param name="rules">From <see cref="CgroupPlanner.PlanDevices"/>.</param>
    /// <exception cref="RuncsException"/>
    public abstract void ReplaceDevices(IReadOnlyList<DeviceRule> rules);

    /// <summary>
    /// A frozen cgroup that keeps SIGKILL from ending a process; null if there is none. One of the container's own has been thawed
    /// meanwhile.
    /// </summary>
    /// <param name="pid">The process, which may have children there.</param>
    /// <param name="held">The process that is in it.</param>
    /// <exception cref="RuncsException">It is unknown.</exception>
    private string? FindFrozen(int pid, out int held)
    {
        held = pid;
        if (IsUnified || Directories.Find("freezer") is not { } freezer || FrozenProcess.Find(freezer.Place, pid, out held) is not { } path) return null;
        if (!$"{path}/".StartsWith(freezer.Place.Path + "/", StringComparison.Ordinal)) return freezer.Place.MountPoint + path;
        ThawForKill();
        return null;
    }

    /// <summary>
    /// Removes the cgroup and those that the container made below it. Waits up to ten seconds for the last processes to end.
    /// The cgroups above it stay, as with runc, even if create made them: an engine may have set limits there, and others may be
    /// about to use them. Only <see cref="NewCgroup.Undo"/> removes them.
    /// </summary>
    /// <param name="occupied">Called if the cgroup still has processes after a moment, with the pids.</param>
    /// <exception cref="RuncsException">A process is still in it.</exception>
    public void Destroy(Action<IReadOnlyList<int>>? occupied = null)
    {
        if (Unit.Length > 0) Units.Stop(Unit);
        foreach (CgroupDirectory directory in Directories.All) directory.Remove(occupied);
    }

    public void Dispose() => Directories.Dispose();
}
