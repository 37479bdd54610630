// SPDX-License-Identifier: Apache-2.0
using Runcs.OciSpec;

namespace Runcs.Cgroups.V2;

/// <summary>Plans the values of cgroup v2's files, in the order in which they are written. Pure.</summary>
internal static class Planner
{
    /// <param name="now">The limits that the cgroup has; null for a new one.</param>
    public static void Plan(LinuxResources resources, CgroupWrites writes, CgroupLimits? now)
    {
        if (resources.CPU is { } cpu)
        {
            CpusetController.Plan(cpu, writes);
            CpuController.Plan(cpu, writes, now);
        }
        if (resources.Memory is { } memory) MemoryController.Plan(memory, writes, now);
        if (resources.Pids is { } pids) PidsLimit.Plan(pids, writes);
        if (resources.BlockIO is { } io) IoController.Plan(io, writes);
        HugetlbLimits.Plan(resources.HugepageLimits, ".max", writes);
        if (resources.Network is { } network) RefuseNetwork(network, writes);
        RdmaLimits.Plan(resources, writes);
        UnifiedFiles.Plan(resources.Unified, writes);
    }

    // 0 is the class of a packet without one; engines write it.
    private static void RefuseNetwork(LinuxNetwork network, CgroupWrites writes)
    {
        if (network.ClassID is > 0) writes.RefuseOnV2("linux.resources.network.classID", "net_cls controller");
        if (network.Priorities.Length > 0) writes.RefuseOnV2("linux.resources.network.priorities", "net_prio controller");
    }
}
