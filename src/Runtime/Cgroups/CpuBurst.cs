// SPDX-License-Identifier: Apache-2.0
// Documentation/scheduler/sched-bwc.rst, "CFS Bandwidth Burst"
using Runcs.OciSpec;

namespace Runcs.Cgroups;

/// <summary><c>cpu.burst</c>, which v1 and v2 have in files of different names.</summary>
internal static class CpuBurst
{
    private const string Origin = "linux.resources.cpu.burst";

    public static void Plan(LinuxCPU cpu, string file, CgroupWrites writes)
    {
        if (cpu.Burst is not { } burst) return;
        if (cpu.Quota is > 0 && burst > (ulong)cpu.Quota)
            writes.Refuse(Origin, $"must not be above linux.resources.cpu.quota ({cpu.Quota}), got {burst}");
        writes.All.Add(new(CgroupPhase.Late, "cpu", file, burst.ToString(), Origin) { MayWait = true, IsOptional = burst == 0, WhyMissing = "needs Linux 5.14" });
    }
}

/// <summary><c>cpu.idle</c>, which v1 and v2 share.</summary>
internal static class CpuIdle
{
    private const string Origin = "linux.resources.cpu.idle";

    public static void Plan(LinuxCPU cpu, CgroupWrites writes)
    {
        if (cpu.Idle is not { } idle) return;
        if (idle is not (0 or 1)) writes.Refuse(Origin, $"must be 0 or 1, got {idle}");
        writes.All.Add(new(CgroupPhase.Early, "cpu", "cpu.idle", idle.ToString(), Origin) { IsOptional = idle == 0, WhyMissing = "needs Linux 5.15" });
    }
}
