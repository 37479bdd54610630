// SPDX-License-Identifier: Apache-2.0
using Runcs.OciSpec;

namespace Runcs.Cgroups;

/// <summary><c>cpu.idle</c>, which v1 and v2 share.</summary>
internal static class CpuIdle
{
    private const string Field = "linux.resources.cpu.idle";

    public static void Plan(LinuxCPU cpu, CgroupWrites writes)
    {
        if (cpu.Idle is not { } idle) return;
        if (idle is not (0 or 1)) writes.Refuse(Field, $"must be 0 or 1, got {idle}");
        writes.All.Add(new(CgroupPhase.Early, "cpu", "cpu.idle", idle.ToString(), Field) { IsOptional = idle == 0, WhyMissing = "needs Linux 5.15" });
    }
}
