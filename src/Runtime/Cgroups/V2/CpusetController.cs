// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v2.rst, "Cpuset Interface Files"
using Runcs.OciSpec;

namespace Runcs.Cgroups.V2;

internal static class CpusetController
{
    private const string Name = "cpuset";

    // An empty v2 cpuset has its parent's CPUs and memory nodes, so only the config's values are written.
    public static void Plan(LinuxCPU cpu, CgroupWrites writes)
    {
        if (cpu.Cpus.Length > 0) writes.Add(CgroupPhase.Early, Name, "cpuset.cpus", cpu.Cpus, "linux.resources.cpu.cpus");
        if (cpu.Mems.Length > 0) writes.Add(CgroupPhase.Early, Name, "cpuset.mems", cpu.Mems, "linux.resources.cpu.mems");
    }
}
