// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Native;

namespace Runcs.Containers;

/// <summary>A container's cgroups, opened from its record.</summary>
internal static class ContainerCgroup
{
    public static bool IsFrozen(ContainerRecord record)
    {
        using Cgroup cgroup = Cgroup.Open(record.Cgroups);
        return cgroup.IsFrozen();
    }

    public static void Thaw(ContainerRecord record)
    {
        using Cgroup cgroup = Cgroup.Open(record.Cgroups);
        if (cgroup.IsFrozen()) cgroup.Thaw();
    }

    /// <returns>There was something to kill.</returns>
    public static bool KillAll(ContainerRecord record)
    {
        using Cgroup cgroup = Cgroup.Open(record.Cgroups);
        if (cgroup.Processes().Count == 0) return false;
        cgroup.Kill(Processes.SIGKILL);
        return true;
    }

    public static void Remove(ContainerRecord record)
    {
        using Cgroup cgroup = Cgroup.Open(record.Cgroups);
        cgroup.Destroy();
    }
}
