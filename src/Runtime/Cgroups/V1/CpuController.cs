// SPDX-License-Identifier: Apache-2.0
// Documentation/scheduler/sched-design-CFS.rst, sched-bwc.rst, sched-rt-group.rst
using Runcs.OciSpec;

namespace Runcs.Cgroups.V1;

internal static class CpuController
{
    private const string Name = "cpu";

    // kernel/sched/core.c (MIN_SHARES, MAX_SHARES): the kernel silently clamps other values.
    private const ulong LeastShares = 2, MostShares = 262144;

    public static void Plan(LinuxCPU cpu, CgroupWrites writes)
    {
        PlanRealtime(cpu, writes);
        CpuIdle.Plan(cpu, writes);
        if (cpu.Shares is > 0) PlanShares(cpu.Shares.Value, cpu.Idle == 1, writes);

        // A quota must fit into the parent's bandwidth, with the period that is set, and the burst must not be above
        // the quota. This is the order for a new cgroup; in one with limits the kernel may refuse a value because of an old one.
        if (cpu.Period is > 0) Add(CgroupPhase.Late, "cpu.cfs_period_us", cpu.Period.Value.ToString(), "linux.resources.cpu.period", writes);
        if (cpu.Quota is not (null or 0)) Add(CgroupPhase.Late, "cpu.cfs_quota_us", cpu.Quota < 0 ? "-1" : cpu.Quota.Value.ToString(), "linux.resources.cpu.quota", writes);
        CpuBurst.Plan(cpu, "cpu.cfs_burst_us", writes);
    }

    private static void PlanShares(ulong shares, bool isIdle, CgroupWrites writes)
    {
        const string Field = "linux.resources.cpu.shares";
        if (shares < LeastShares) writes.Refuse(Field, $"the minimum allowed cpu-shares is {LeastShares}, got {shares}");
        if (shares > MostShares) writes.Refuse(Field, $"the maximum allowed cpu-shares is {MostShares}, got {shares}");
        // An idle cgroup has no weight: the kernel refuses one (EINVAL).
        if (!isIdle) writes.Add(CgroupPhase.Early, Name, "cpu.shares", (long)shares, Field);
    }

    // The runtime must fit in the period; the parent of a new cgroup usually has 950000 of 1000000.
    private static void PlanRealtime(LinuxCPU cpu, CgroupWrites writes)
    {
        if (cpu.RealtimePeriod is > 0 && cpu.RealtimeRuntime is > 0 && (ulong)cpu.RealtimeRuntime.Value > cpu.RealtimePeriod.Value)
            writes.Refuse("linux.resources.cpu.realtimeRuntime", $"must not be above linux.resources.cpu.realtimePeriod ({cpu.RealtimePeriod}), got {cpu.RealtimeRuntime}");
        if (cpu.RealtimePeriod is > 0) Add(CgroupPhase.Early, "cpu.rt_period_us", cpu.RealtimePeriod.Value.ToString(), "linux.resources.cpu.realtimePeriod", writes);
        if (cpu.RealtimeRuntime is not (null or 0)) Add(CgroupPhase.Early, "cpu.rt_runtime_us", cpu.RealtimeRuntime.Value.ToString(), "linux.resources.cpu.realtimeRuntime", writes);
    }

    private static void Add(CgroupPhase phase, string file, string value, string jsonPath, CgroupWrites writes)
    {
        bool isRealtime = phase == CgroupPhase.Early;
        writes.All.Add(new(phase, Name, file, value, jsonPath)
        {
            MayWait = true,
            WhyMissing = isRealtime ? "the kernel has no realtime groups (CONFIG_RT_GROUP_SCHED)" : "the kernel has no CFS bandwidth control (CONFIG_CFS_BANDWIDTH)",
        });
    }
}
