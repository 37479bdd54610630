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
public abstract partial class NewCgroup : IDisposable
{
    private protected readonly CgroupPlan Plan;

    private protected readonly CgroupDirectories Directories;

    /// <summary>systemd has made the unit, or is about to.</summary>
    private bool _hasUnit;

    private protected NewCgroup(CgroupPlan plan)
    {
        Plan = plan;
        Directories = new CgroupDirectories(plan.Places, IsUnified(plan));
        Cgroup = Cgroup.Of(Directories, plan.Unit?.Name ?? "");
    }

    /// <exception cref="RuncsException"/>
    public static NewCgroup Open(CgroupPlan plan) => IsUnified(plan) ? new V2.NewCgroupV2(plan) : new V1.NewCgroupV1(plan);

    // Without any directory the code of v1 does nothing.
    private static bool IsUnified(CgroupPlan plan) => plan is { IsUnified: true, Places.Length: > 0 };

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

    public virtual void Dispose() => Cgroup.Dispose();
}
