// SPDX-License-Identifier: Apache-2.0
// Documentation/scheduler/sched-design-CFS.rst, sched-bwc.rst, sched-rt-group.rst
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Cgroups.V1;

internal static class CpuController
{
    private const string Name = "cpu";

    // kernel/sched/core.c (MIN_SHARES, MAX_SHARES): what is outside is clamped without a word.
    private const ulong LeastShares = 2, MostShares = 262144;

    public static void Plan(LinuxCPU cpu, CgroupWrites writes)
    {
        PlanRealtime(cpu, writes);
        if (cpu.Idle is { } idle) writes.Add(CgroupPhase.Early, Name, "cpu.idle", idle, "linux.resources.cpu.idle");
        if (cpu.Shares is > 0) PlanShares(cpu.Shares.Value, cpu.Idle == 1, writes);

        // The quota is of the period, and the burst must not be more than the quota: hence this order.
        if (cpu.Period is > 0) writes.Add(CgroupPhase.Late, Name, "cpu.cfs_period_us", cpu.Period.Value.ToString(), "linux.resources.cpu.period");
        if (cpu.Quota is not (null or 0)) writes.Add(CgroupPhase.Late, Name, "cpu.cfs_quota_us", cpu.Quota < 0 ? -1 : cpu.Quota.Value, "linux.resources.cpu.quota");
        if (cpu.Burst is { } burst)
        {
            writes.All.Add(new(CgroupPhase.Late, Name, "cpu.cfs_burst_us", burst.ToString(), "linux.resources.cpu.burst")
            {
                IsOptional = burst == 0,
                WhyMissing = "needs Linux 5.14",
            });
        }
    }

    private static void PlanShares(ulong shares, bool isIdle, CgroupWrites writes)
    {
        const string Origin = "linux.resources.cpu.shares";
        if (shares < LeastShares) throw RuncsException.At(Origin, $"the minimum allowed cpu-shares is {LeastShares}, got {shares}");
        if (shares > MostShares) throw RuncsException.At(Origin, $"the maximum allowed cpu-shares is {MostShares}, got {shares}");
        // An idle cgroup has no weight: the kernel answers EINVAL to one.
        if (!isIdle) writes.Add(CgroupPhase.Early, Name, "cpu.shares", (long)shares, Origin);
    }

    // The runtime must fit in the period; 950000 of 1000000 is what a new cgroup's parent usually has.
    private static void PlanRealtime(LinuxCPU cpu, CgroupWrites writes)
    {
        const string Missing = "the kernel has no realtime groups (CONFIG_RT_GROUP_SCHED)";
        if (cpu.RealtimePeriod is > 0)
            writes.All.Add(new(CgroupPhase.Early, Name, "cpu.rt_period_us", cpu.RealtimePeriod.Value.ToString(), "linux.resources.cpu.realtimePeriod") { WhyMissing = Missing });
        if (cpu.RealtimeRuntime is not (null or 0))
            writes.All.Add(new(CgroupPhase.Early, Name, "cpu.rt_runtime_us", cpu.RealtimeRuntime.Value.ToString(), "linux.resources.cpu.realtimeRuntime") { WhyMissing = Missing });
    }
}
