// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v1/cpusets.rst
using Runcs.OciSpec;

namespace Runcs.Cgroups.V1;

internal static class CpusetController
{
    public const string Name = "cpuset", Cpus = "cpuset.cpus", Mems = "cpuset.mems";

    // A new cpuset has neither CPUs nor memory nodes, and takes no process until it has both (ENOSPC): values that the config does
    // not set are copied from the parent (Cpuset).
    public static void Plan(LinuxCPU cpu, CgroupWrites writes)
    {
        if (cpu.Cpus.Length > 0) writes.Add(CgroupPhase.Initial, Name, Cpus, cpu.Cpus, "linux.resources.cpu.cpus");
        if (cpu.Mems.Length > 0) writes.Add(CgroupPhase.Initial, Name, Mems, cpu.Mems, "linux.resources.cpu.mems");
    }
}
