// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Scheduling;

public static partial class SchedulingPlanner
{
    // sched(7): the kernel refuses a shorter runtime (DL_SCALE).
    private const ulong ShortestRuntime = 1024;
    private const int HighestPriority = 99, LowestNice = -20, HighestNice = 19;

    private static SchedulerPlan PlanScheduler(Scheduler scheduler, List<string> problems)
    {
        uint? policy = scheduler.Policy switch
        {
            "SCHED_OTHER" => Sched.SCHED_OTHER,
            "SCHED_FIFO" => Sched.SCHED_FIFO,
            "SCHED_RR" => Sched.SCHED_RR,
            "SCHED_BATCH" => Sched.SCHED_BATCH,
            "SCHED_ISO" => Sched.SCHED_ISO,
            "SCHED_IDLE" => Sched.SCHED_IDLE,
            "SCHED_DEADLINE" => Sched.SCHED_DEADLINE,
            _ => null,
        };
        if (policy == null)
        {
            problems.Add($"process.scheduler.policy: must be SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_ISO, SCHED_IDLE or SCHED_DEADLINE, got \"{scheduler.Policy}\"");
            return new SchedulerPlan(scheduler.Policy, default);
        }
        ulong flags = PlanFlags(scheduler.Flags, problems);
        if (scheduler.Nice is < LowestNice or > HighestNice) problems.Add($"process.scheduler.nice: must be from {LowestNice} to {HighestNice}, got {scheduler.Nice}");
        // With KEEP_PARAMS the kernel ignores the parameters.
        if ((flags & Sched.SCHED_FLAG_KEEP_PARAMS) == 0) CheckParameters(scheduler, problems);
        return new SchedulerPlan(scheduler.Policy, new Sched.sched_attr
        {
            sched_policy = policy.Value,
            sched_flags = flags,
            sched_nice = scheduler.Nice,
            sched_priority = (uint)scheduler.Priority,
            sched_runtime = scheduler.Runtime,
            sched_deadline = scheduler.Deadline,
            sched_period = scheduler.Period,
        });
    }

    private static readonly string[] SchedulerFlags =
    [
        "SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN", "SCHED_FLAG_KEEP_POLICY", "SCHED_FLAG_KEEP_PARAMS",
        "SCHED_FLAG_UTIL_CLAMP_MIN", "SCHED_FLAG_UTIL_CLAMP_MAX",
    ];

    private static ulong PlanFlags(string[] names, List<string> problems)
    {
        ulong flags = 0;
        for (int i = 0; i < names.Length; i++)
        {
            ulong flag = names[i] switch
            {
                "SCHED_FLAG_RESET_ON_FORK" => Sched.SCHED_FLAG_RESET_ON_FORK,
                "SCHED_FLAG_RECLAIM" => Sched.SCHED_FLAG_RECLAIM,
                "SCHED_FLAG_DL_OVERRUN" => Sched.SCHED_FLAG_DL_OVERRUN,
                "SCHED_FLAG_KEEP_POLICY" => Sched.SCHED_FLAG_KEEP_POLICY,
                "SCHED_FLAG_KEEP_PARAMS" => Sched.SCHED_FLAG_KEEP_PARAMS,
                "SCHED_FLAG_UTIL_CLAMP_MIN" => Sched.SCHED_FLAG_UTIL_CLAMP_MIN,
                "SCHED_FLAG_UTIL_CLAMP_MAX" => Sched.SCHED_FLAG_UTIL_CLAMP_MAX,
                _ => 0,
            };
            if (flag == 0) problems.Add($"{JsonPath.Element("process.scheduler.flags", i)}: unknown flag \"{names[i]}\"{ValidNames.Instead(names[i], SchedulerFlags)}");
            flags |= flag;
        }
        return flags;
    }

    // sched_setattr(2), and runc's rule that fields unused by the policy must not be set.
    private static void CheckParameters(Scheduler scheduler, List<string> problems)
    {
        bool deadline = scheduler.Policy == "SCHED_DEADLINE";
        if (scheduler.Policy is "SCHED_FIFO" or "SCHED_RR")
        {
            if (scheduler.Priority is < 1 or > HighestPriority) problems.Add($"process.scheduler.priority: must be from 1 to {HighestPriority} for {scheduler.Policy}, got {scheduler.Priority}");
        }
        else if (scheduler.Priority != 0) problems.Add($"process.scheduler.priority: is for SCHED_FIFO and SCHED_RR only, got {scheduler.Priority} for {scheduler.Policy}");
        if (!deadline)
        {
            ForDeadlineOnly("runtime", scheduler.Runtime, scheduler.Policy, problems);
            ForDeadlineOnly("deadline", scheduler.Deadline, scheduler.Policy, problems);
            ForDeadlineOnly("period", scheduler.Period, scheduler.Policy, problems);
            return;
        }
        if (scheduler.Runtime < ShortestRuntime) problems.Add($"process.scheduler.runtime: must be at least {ShortestRuntime} nanoseconds for SCHED_DEADLINE, got {scheduler.Runtime}");
        if (scheduler.Deadline < scheduler.Runtime) problems.Add($"process.scheduler.deadline: must be at least the runtime, got {scheduler.Deadline} below {scheduler.Runtime}");
        // A period of zero defaults to the deadline.
        if (scheduler.Period != 0 && scheduler.Period < scheduler.Deadline) problems.Add($"process.scheduler.period: must be at least the deadline, got {scheduler.Period} below {scheduler.Deadline}");
    }

    private static void ForDeadlineOnly(string name, ulong value, string policy, List<string> problems)
    {
        if (value != 0) problems.Add($"process.scheduler.{name}: is for SCHED_DEADLINE only, got {value} for {policy}");
    }
}
