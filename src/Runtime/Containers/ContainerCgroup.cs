// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Cgroups;
using Runcs.Containers.Storage;
using Runcs.Native;

namespace Runcs.Containers;

/// <summary>A container's cgroups, opened from its record.</summary>
internal static class ContainerCgroup
{
    public static bool IsFrozen(ContainerRecord record)
    {
        using Cgroup? cgroup = Open(record);
        return cgroup != null && cgroup.IsFrozen();
    }

    /// <summary>Thaws frozen processes, so that SIGKILL reaches them.</summary>
    public static void Thaw(ContainerRecord record)
    {
        using Cgroup? cgroup = Open(record);
        cgroup?.ThawForKill();
    }

    /// <returns>There was a process to kill.</returns>
    /// <exception cref="RuncsException"/>
    public static bool KillAll(ContainerRecord record) => Signal(record, Native.Processes.SIGKILL);

    /// <summary>Signals all its processes.</summary>
    /// <returns>There was one.</returns>
    /// <exception cref="RuncsException"/>
    public static bool Signal(ContainerRecord record, int signal)
    {
        using Cgroup? cgroup = Open(record);
        return cgroup != null && cgroup.Kill(signal);
    }

    /// <summary>How many of its processes the OOM killer has killed.</summary>
    public static ulong OomKills(ContainerRecord record)
    {
        using Cgroup? cgroup = Open(record);
        return cgroup?.OomKills() ?? 0;
    }

    /// <summary>All its processes, whatever cgroups it has made for them.</summary>
    /// <exception cref="RuncsException">It has no cgroups.</exception>
    public static IReadOnlyList<int> Processes(ContainerRecord record)
    {
        using Cgroup cgroup = Open(record) ?? throw new RuncsException($"unable to get all container pids: {WhyNone(record)}");
        return cgroup.Processes();
    }

    /// <summary>The reason why a container has no cgroups, as text.</summary>
    public static string WhyNone(ContainerRecord record) => record.CgroupsDisabled
        ? "the container has no cgroups: it was created with --cgroup-manager disabled"
        : "the container has no cgroups, which were not permitted when it was created";

    /// <summary>Null for a container without cgroups.</summary>
    public static Cgroup? Open(ContainerRecord record) => record.Cgroups.Length == 0 ? null : Cgroup.Open(record.Cgroups, record.Unit);
}
