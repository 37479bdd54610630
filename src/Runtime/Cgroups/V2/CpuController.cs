// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v2.rst, "CPU Interface Files"
using System;
using Runcs.OciSpec;

namespace Runcs.Cgroups.V2;

internal static class CpuController
{
    private const string Name = "cpu";

    /// <param name="now">The limits that the cgroup has; null for a new one.</param>
    public static void Plan(LinuxCPU cpu, CgroupWrites writes, CgroupLimits? now)
    {
        if (cpu.RealtimeRuntime is not (null or 0)) writes.RefuseOnV2("linux.resources.cpu.realtimeRuntime", "realtime limits");
        if (cpu.RealtimePeriod is > 0) writes.RefuseOnV2("linux.resources.cpu.realtimePeriod", "realtime limits");

        CpuIdle.Plan(cpu, writes);
        // An idle cgroup has no weight: the kernel refuses one (EINVAL).
        if (cpu.Shares is > 0 && cpu.Idle != 1) writes.Add(CgroupPhase.Early, Name, "cpu.weight", (long)Weight(cpu.Shares.Value), "linux.resources.cpu.shares");
        PlanQuota(cpu, writes, now);
        CpuBurst.Plan(cpu, "cpu.max.burst", writes);
    }

    // One file has both; a quota alone does not change the period (cpu_period_quota_parse() in kernel/sched/core.c).
    private static void PlanQuota(LinuxCPU cpu, CgroupWrites writes, CgroupLimits? now)
    {
        const ulong DefaultPeriod = 100000;
        bool hasQuota = cpu.Quota is not (null or 0), hasPeriod = cpu.Period is > 0;
        if (!hasQuota && !hasPeriod) return;
        string quota = cpu.Quota is > 0 ? cpu.Quota.Value.ToString() : hasQuota ? "max" : now?.CpuQuota ?? "max";
        string period = hasPeriod ? $" {cpu.Period}" : now != null ? "" : $" {DefaultPeriod}";
        string jsonPath = hasQuota ? "linux.resources.cpu.quota" : "linux.resources.cpu.period";
        writes.All.Add(new(CgroupPhase.Late, Name, "cpu.max", quota + period, jsonPath) { MayWait = true });
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
