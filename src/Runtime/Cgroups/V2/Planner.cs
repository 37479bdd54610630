// SPDX-License-Identifier: Apache-2.0
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Cgroups.V2;

/// <summary>The values that cgroup v2's files get, in the order in which they are written. Pure.</summary>
internal static class Planner
{
    public static void Plan(LinuxResources? resources, CgroupWrites writes)
    {
        if (resources?.CPU is { } cpu)
        {
            CpusetController.Plan(cpu, writes);
            CpuController.Plan(cpu, writes);
        }
        if (resources?.Memory is { } memory) MemoryController.Plan(memory, writes);
        if (resources?.Pids is { } pids) V1.PidsController.Plan(pids, writes);
    }

    /// <summary>The spec wants an error for what cannot be converted, not silence (config-linux.md, "Cgroup ownership" ff.).</summary>
    public static RuncsException NotOnV2(string origin, string what) => RuncsException.At(origin, $"cgroup v2 has no {what}");
}
