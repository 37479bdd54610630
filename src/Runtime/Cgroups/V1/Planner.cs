// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.OciSpec;

namespace Runcs.Cgroups.V1;

/// <summary>The values that cgroup v1's files get, in the order in which they are written. Pure.</summary>
internal static class Planner
{
    public static void Plan(LinuxResources? resources, List<DeviceRule> devices, CgroupWrites writes)
    {
        if (resources?.CPU is { } cpu)
        {
            CpusetController.Plan(cpu, writes);
            CpuController.Plan(cpu, writes);
        }
        if (resources?.Memory is { } memory) MemoryController.Plan(memory, writes);
        if (resources?.Pids is { } pids) PidsController.Plan(pids, writes);
        DevicesController.Plan(devices, writes);
    }
}
