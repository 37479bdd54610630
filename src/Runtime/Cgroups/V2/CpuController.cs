// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v2.rst, "CPU Interface Files"
using System;
using Runcs.OciSpec;

namespace Runcs.Cgroups.V2;

internal static class CpuController
{
    private const string Name = "cpu";

    public static void Plan(LinuxCPU cpu, CgroupWrites writes)
    {
        if (cpu.RealtimeRuntime is not (null or 0)) throw Planner.NotOnV2("linux.resources.cpu.realtimeRuntime", "realtime limits");
        if (cpu.RealtimePeriod is > 0) throw Planner.NotOnV2("linux.resources.cpu.realtimePeriod", "realtime limits");

        if (cpu.Idle is { } idle) writes.Add(CgroupPhase.Early, Name, "cpu.idle", idle, "linux.resources.cpu.idle");
        // An idle cgroup has no weight: the kernel answers EINVAL to one.
        if (cpu.Shares is > 0 && cpu.Idle != 1) writes.Add(CgroupPhase.Early, Name, "cpu.weight", (long)Weight(cpu.Shares.Value), "linux.resources.cpu.shares");
        PlanQuota(cpu, writes);
    }

    private static void PlanQuota(LinuxCPU cpu, CgroupWrites writes)
    {
        const ulong DefaultPeriod = 100000;
        if (cpu.Quota is not (null or 0) || cpu.Period is > 0)
        {
            string quota = cpu.Quota is > 0 ? cpu.Quota.Value.ToString() : "max";
            string origin = cpu.Quota is null or 0 ? "linux.resources.cpu.period" : "linux.resources.cpu.quota";
            writes.Add(CgroupPhase.Late, Name, "cpu.max", $"{quota} {(cpu.Period is > 0 ? cpu.Period : DefaultPeriod)}", origin);
        }
        if (cpu.Burst is { } burst)
        {
            writes.All.Add(new(CgroupPhase.Late, Name, "cpu.max.burst", burst.ToString(), "linux.resources.cpu.burst")
            {
                IsOptional = burst == 0,
                WhyMissing = "needs Linux 5.14",
            });
        }
    }

    /// <summary>
    /// Shares (2 to 262144, usually 1024) as a weight (1 to 10000, usually 100): the curve that meets all three points, which
    /// runc 1.3.2 and crun 1.23 agreed on (opencontainers/cgroups#20); a straight line would make the usual shares 39.
    /// </summary>
    internal static ulong Weight(ulong shares)
    {
        if (shares <= 2) return 1;
        if (shares >= 262144) return 10000;
        double l = Math.Log2(shares);
        return (ulong)Math.Ceiling(Math.Pow(10, (l * l + 125 * l) / 612 - 7.0 / 34));
    }
}
