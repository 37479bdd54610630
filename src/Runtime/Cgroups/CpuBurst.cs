// SPDX-License-Identifier: Apache-2.0
// Documentation/scheduler/sched-bwc.rst, "CFS Bandwidth Burst"
using Runcs.OciSpec;

namespace Runcs.Cgroups;

/// <summary><c>cpu.burst</c>, which v1 and v2 have in files of different names.</summary>
internal static class CpuBurst
{
    private const string Field = "linux.resources.cpu.burst";

    public static void Plan(LinuxCPU cpu, string file, CgroupWrites writes)
    {
        if (cpu.Burst is not { } burst) return;
        if (cpu.Quota is > 0 && burst > (ulong)cpu.Quota)
            writes.Refuse(Field, $"must not be above linux.resources.cpu.quota ({cpu.Quota}), got {burst}");
        writes.All.Add(new(CgroupPhase.Late, "cpu", file, burst.ToString(), Field) { MayWait = true, IsOptional = burst == 0, WhyMissing = "needs Linux 5.14" });
    }
}
