// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Cgroups.Systemd;
using Runcs.Diagnostics;
using Runcs.Native;
using Kernel = Runcs.Native.Processes;

namespace Runcs.Cgroups;

/// <summary>
/// A container's cgroup while create makes it, in all hierarchies. Run by the parent unless it says otherwise, in this order:
/// <see cref="CheckUnused"/>, <see cref="CreateForClone"/>, the clone, <see cref="StartUnit"/>, <see cref="Create"/>,
/// <see cref="ApplyEarly"/>, in the child <see cref="JoinSelf"/> and the set-up, and with the exec stage waiting
/// <see cref="ApplyLate"/>.
/// </summary>
public abstract class NewCgroup : IDisposable
{
    private const string Field = "linux.cgroupsPath";

    private protected readonly CgroupPlan Plan;

    private protected readonly CgroupDirectories Directories;

    /// <summary>The directories that this object has made, the upper first; those of the container among them.</summary>
    private readonly List<string> _made = [];

    /// <summary>The container's own of <see cref="_made"/>.</summary>
    private readonly List<string> _own = [];

    /// <summary>Create has found the cgroup unused, or made it: the processes in it are the container's.</summary>
    private bool _isOurs;

    /// <summary>systemd has made the unit, or is about to.</summary>
    private bool _hasUnit;

    private bool _mayLack;

    private protected NewCgroup(CgroupPlan plan)
    {
        Plan = plan;
        Directories = new CgroupDirectories(plan.Places, IsUnified(plan));
        Cgroup = Cgroup.Of(Directories, plan.Unit?.Name ?? "");
    }

    /// <exception cref="RuncsException"/>
    public static NewCgroup Open(CgroupPlan plan) => IsUnified(plan) ? new V2.NewCgroupV2(plan) : new V1.NewCgroupV1(plan);

    // Without any directory the code of v1 does nothing.
    private static bool IsUnified(CgroupPlan plan) => plan is { IsUnified: true, Places.Count: > 0 };

    /// <summary>The cgroup as the commands after create use it. Closed with this object.</summary>
    public Cgroup Cgroup { get; }

    /// <summary>Create could not make the cgroup in every hierarchy (<see cref="CgroupPlan.Rootless"/>).</summary>
    public bool LacksSome
    {
        get
        {
            foreach (CgroupDirectory directory in Directories.All)
            {
                if (directory.IsMissing) return true;
            }
            return false;
        }
    }

    /// <summary><see cref="CgroupPlan.Paths"/> without those that could not be made: for the record if <see cref="LacksSome"/>.</summary>
    public string[] Paths
    {
        get
        {
            var paths = new List<string>();
            foreach (CgroupDirectory directory in Directories.All)
            {
                if (!directory.IsMissing) paths.Add(directory.Place.ToString());
            }
            return [.. paths];
        }
    }

    /// <summary>
    /// Refuses a cgroup with a running process. Called before create records the paths: a delete kills all processes in
    /// the recorded cgroup.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public void CheckUnused()
    {
        if (Directories.FindForProcesses() is { } directory && directory.Exists()) CheckUnused(directory);
    }

    // Processes in an existing cgroup would get the container's limits and be killed with it; in a frozen one the
    // container would never start. The messages are runc's.
    private void CheckUnused(CgroupDirectory directory)
    {
        IReadOnlyList<int> processes = directory.Processes();
        string path = directory.Place.HostPath;
        if (processes.Count > 0)
            throw new RuncsException($"container's cgroup is not empty: {processes.Count} process(es) found: process {processes[0]}{NameOf(processes[0])} is in {path}: choose another linux.cgroupsPath, or end the processes");
        if (Cgroup.HoldsProcesses()) throw new RuncsException($"container's cgroup unexpectedly frozen: {(Directories.Find("freezer") ?? directory).Place.HostPath}: thaw it, remove it, or choose another linux.cgroupsPath");
    }

    private static string NameOf(int pid)
    {
        try
        {
            return $" ({Files.ReadTextAt(Files.AT_FDCWD, $"/proc/{pid}/comm").TrimEnd('\n')})";
        }
        catch (RuncsException)
        {
            return "";
        }
    }

    /// <summary>
    /// Before the clone: makes the v2 directory and opens it for CLONE_INTO_CGROUP, which spares the RCU grace period (some
    /// milliseconds) of every other way into a v2 cgroup.
    /// </summary>
    /// <returns>
    /// A descriptor that this object closes; -1 without a v2 hierarchy, or if systemd makes the cgroup, which needs a process
    /// for it.
    /// </returns>
    /// <exception cref="RuncsException"/>
    public int CreateForClone()
    {
        // Not later: in the container's user namespace the child would find another answer.
        _mayLack = Plan is { IsPathGiven: false, Unit: null, Rootless: true };
        if (Plan.Unit != null || Directories.Find(CgroupHierarchy.Unified) is not { } unified) return -1;
        CreateUnified(unified);
        return unified.IsMissing ? -1 : unified.Open().Value;
    }

    private protected abstract void CreateUnified(CgroupDirectory directory);

    /// <summary>After the clone: if systemd makes the cgroup, has it make the unit with the process in it.</summary>
    /// <exception cref="RuncsException"/>
    public void StartUnit(int pid)
    {
        if (Plan.Unit is not { } unit) return;
        Units.Start(unit, pid, () => _isOurs = _hasUnit = true);
        if (Log.IsDebug) Log.Debug($"systemd created {unit.Name}");
    }

    /// <summary>Makes all directories that <see cref="CreateForClone"/> has not made. A cgroup that exists must be unused.</summary>
    /// <exception cref="RuncsException"/>
    public abstract void Create();

    /// <summary>
    /// Makes the container's directory in one hierarchy; marks it as missing if the container continues without it.
    /// </summary>
    /// <returns>It did not exist before.</returns>
    /// <exception cref="RuncsException"/>
    private protected bool Make(CgroupDirectory directory)
    {
        Errno errno = Directories.Tree.TryMake(directory.Path, _made);
        if (errno.Value == Errno.EEXIST)
        {
            // The cgroup of a unit has the container's first process already.
            if (!_hasUnit) CheckUnused(directory);
            if (_mayLack && !Plan.IsUnified && IsDeniedEntry(directory)) return false;
            _isOurs = true;
            return false;
        }
        if (errno.IsError)
        {
            if (TrySkip(directory, "mkdirat", errno)) return false;
            throw errno.Failure(Field, "mkdirat", directory.Place.HostPath).WithHint(Delegation.Remedy(directory.Place, errno));
        }
        _own.Add(directory.Path);
        _isOurs = true;
        return true;
    }

    private bool IsDeniedEntry(CgroupDirectory directory)
    {
        Errno errno = directory.TryOpenEntry(out Fd? fd);
        fd?.Dispose();
        return errno.IsError && TrySkip(directory, "openat", errno);
    }

    /// <summary>
    /// Continues without the cgroup in one hierarchy, if the plan permits it. The rules and messages are those of runc's
    /// --rootless.
    /// </summary>
    /// <exception cref="RuncsException">A limit needs the cgroup.</exception>
    private bool TrySkip(CgroupDirectory directory, string call, Errno errno)
    {
        if (!_mayLack || !CgroupTree.IsDenied(errno)) return false;
        string path = directory.Place.HostPath;
        if (Plan.FindLimit(directory.Place) is { } limit)
        {
            string why = errno.Describe(call, path);
            throw RuncsException.At(limit.JsonPath, Plan.IsUnified
                ? $"rootless needs no limits + no cgrouppath when no permission is granted for cgroups: {why}"
                : $"cannot set {limit.Controller} limit: container could not join or create cgroup: {why}", errno).WithHint(Delegation.Remedy(directory.Place, errno));
        }
        if (Log.IsDebug) Log.Debug($"no cgroup {path}: {errno.Message}");
        directory.IsMissing = true;
        return true;
    }

    /// <summary>
    /// In the child, which must have one thread, after <see cref="Create"/> and before it unshares its cgroup namespace: joins
    /// the cgroups that the clone has not joined.
    /// </summary>
    /// <param name="cloned">The child was cloned with CLONE_INTO_CGROUP.</param>
    /// <exception cref="RuncsException"/>
    public void JoinSelf(bool cloned)
    {
        foreach (CgroupDirectory directory in Directories.All)
        {
            if (directory.IsMissing || (directory.Place.IsUnified && (cloned || WasMovedBySystemd(directory)))) continue;
            Errno errno = directory.TryEnterSelf();
            // The child has a copy of this object from before Create, so it does not know what its parent could not make.
            bool mayLack = _mayLack && (errno.Value == Errno.ENOENT || CgroupTree.IsDenied(errno));
            if (errno.IsError && !mayLack) throw directory.EntryFailed("write", errno);
        }
    }

    // On v2 alone. Not if another process is the container's first one meanwhile. Checking costs less than a move.
    private bool WasMovedBySystemd(CgroupDirectory directory) =>
        Plan is { IsUnified: true, Unit: not null } && directory.Tree.Contains(directory.Path, Kernel.GetPid());

    /// <summary>
    /// In the child, after it has unshared its cgroup namespace, if <see cref="CgroupPlan.LateMemory"/>: leaves the v1
    /// <c>memory</c> cgroup, so that the set-up is not charged to a container whose limit is too small for it, and writes that
    /// limit. Nothing to do on v2.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public virtual void StepOutOfMemory() { }

    /// <summary>The file to which the process that stepped out writes <c>0</c> to step in again; null if it did not.</summary>
    /// <exception cref="RuncsException"/>
    public virtual Fd? OpenStepIntoMemory() => null;

    /// <summary>Writes the limits that are in force for the hooks and the set-up, and the device rules.</summary>
    /// <exception cref="RuncsException"/>
    public void ApplyEarly()
    {
        if (Plan.Unit is { } unit) Units.Set(unit.Name, unit.Devices);
        Apply(CgroupPhase.Early);
        ApplyDevices();
    }

    /// <summary>Writes the limits that the set-up would exceed, once the exec stage waits.</summary>
    /// <exception cref="RuncsException"/>
    public void ApplyLate()
    {
        // Before the files, some of which it writes itself.
        if (Plan.Unit is { } unit) Units.Set(unit.Name, unit.Late);
        Apply(CgroupPhase.Late);
    }

    private protected void Apply(CgroupPhase phase) => new CgroupWriter(Directories, Plan.Rootless).Apply(Plan.Writes, phase);

    private protected virtual void ApplyDevices() { }

    /// <summary>Kills the container's processes; does nothing if create was refused a cgroup that others use.</summary>
    /// <exception cref="RuncsException">The caller is in the cgroup.</exception>
    public void KillAll()
    {
        if (_isOurs) Cgroup.Kill(Kernel.SIGKILL);
    }

    /// <summary>Removes the directories that this object has made, and the parents among them unless others use them by now.</summary>
    /// <exception cref="RuncsException">A process is still in the container's cgroup.</exception>
    public void Undo()
    {
        if (_hasUnit) Units.Stop(Plan.Unit!.Name);
        foreach (string path in _own) CgroupRemoval.Remove(Directories.Tree, path);
        for (int i = _made.Count - 1; i >= 0; i--)
        {
            if (!_own.Contains(_made[i])) Directories.Tree.TryRemove(_made[i]);
        }
        _own.Clear();
        _made.Clear();
    }

    public void Dispose() => Cgroup.Dispose();
}
