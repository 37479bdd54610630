// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Cgroups.Systemd;

namespace Runcs.Cgroups;

/// <summary>A container's cgroup in all hierarchies, once <see cref="NewCgroup"/> has made it.</summary>
public abstract partial class Cgroup : IDisposable
{
    private protected readonly CgroupDirectories Directories;

    /// <summary>The systemd unit that the cgroup belongs to; "" for none.</summary>
    private protected readonly string Unit;

    private protected Cgroup(CgroupDirectories directories, string unit) => (Directories, Unit) = (directories, unit);

    /// <summary>Opens the cgroup from what create recorded of <see cref="CgroupPlan.Paths"/>. It need not exist any more.</summary>
    /// <param name="paths">A <see cref="CgroupPlace"/> each.</param>
    /// <param name="unit">The systemd unit that the cgroup belongs to; "" for none.</param>
    /// <exception cref="RuncsException">A path is not in the form of the record.</exception>
    public static Cgroup Open(string[] paths, string unit = "")
    {
        var places = new CgroupPlace[paths.Length];
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
