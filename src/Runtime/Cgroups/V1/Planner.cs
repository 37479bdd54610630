// SPDX-License-Identifier: Apache-2.0
using Runcs.OciSpec;

namespace Runcs.Cgroups.V1;

/// <summary>Plans the values of cgroup v1's files, in the order in which they are written, without the device rules. Pure.</summary>
internal static class Planner
{
    /// <param name="isUpdate">The cgroup has limits already.</param>
    public static void Plan(LinuxResources resources, CgroupWrites writes, bool isUpdate)
    {
        if (resources.CPU is { } cpu)
        {
            CpusetController.Plan(cpu, writes);
            CpuController.Plan(cpu, writes);
        }
        if (resources.Memory is { } memory) MemoryController.Plan(memory, writes, isUpdate);
        if (resources.Pids is { } pids) PidsLimit.Plan(pids, writes);
        if (resources.BlockIO is { } io) BlkioController.Plan(io, writes);
        HugetlbLimits.Plan(resources.HugepageLimits, ".limit_in_bytes", writes);
        if (resources.Network is { } network) NetworkControllers.Plan(network, writes);
        RdmaLimits.Plan(resources, writes);
        if (resources.Unified.Count > 0) writes.Refuse("linux.resources.unified", "names files of cgroup v2, which this host does not have");
    }
}
