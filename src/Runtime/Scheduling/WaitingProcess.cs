// SPDX-License-Identifier: Apache-2.0
// Run by the parent when the exec stage waits for the start.
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Scheduling;

/// <summary>
/// The parts of the plan that one process can set for another. The parent sets them last: a real-time policy or a higher
/// I/O class needs the host's CAP_SYS_NICE, which the container's init may not have (user_namespaces(7)); and a process
/// under SCHED_DEADLINE cannot clone (sched(7)), as hooks and a joined pid namespace require.
/// </summary>
public static class WaitingProcess
{
    /// <exception cref="RuncsException"/>
    public static void Apply(SchedulingPlan plan, int pid)
    {
        if (!plan.BySelf) Set(plan, pid);
    }

    /// <summary>
    /// In the process itself, for a caller who is not the host's root: sched_setattr(2) and ioprio_set(2) of another user's
    /// process need CAP_SYS_NICE in the initial user namespace. The process is its own group's leader.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public static void ApplyToSelf(SchedulingPlan? plan) => ApplyEarly(plan, 0);

    /// <summary>The same from outside, while the process has the caller's ids.</summary>
    /// <exception cref="RuncsException"/>
    public static void ApplyEarly(SchedulingPlan? plan, int pid)
    {
        if (plan is { BySelf: true }) Set(plan, pid);
    }

    private static void Set(SchedulingPlan plan, int pid)
    {
        if (plan.Scheduler is { } scheduler)
        {
            Errno errno = Sched.TrySetAttr(pid, scheduler.Attributes);
            if (errno.IsError) throw RuncsException.At("process.scheduler", errno.Describe("sched_setattr", scheduler.Policy) + Hint(plan, errno), errno);
        }
        if (plan.IOPriority is { } priority)
        {
            // config.md, "Linux Process": for the process group. The stage leads a session, so its pid is that of its group, and
            // every process of the container inherits it.
            Errno errno = Sched.TrySetIoPriorityOfGroup(pid, priority);
            errno.OrThrow("process.ioPriority", "ioprio_set", "IOPRIO_WHO_PGRP");
        }
    }

    /// <summary>
    /// Resets the CPU affinity, so that the container does not inherit that of the caller of runcs: its cpuset limits it
    /// (as with runc). If this is refused, it keeps the caller's. In the process itself, before it enters its cpuset.
    /// </summary>
    public static void ApplyAllCpus()
    {
        Errno errno = Sched.TrySetAffinityToAll(0);
        if (errno.IsError) Log.Warn($"the container inherits the CPU affinity of runcs: sched_setaffinity(2): {errno}");
    }

    private static string Hint(SchedulingPlan plan, Errno errno)
    {
        if (errno.Value != Errno.EPERM) return "";
        if (plan.HasCpuset && plan.Scheduler!.Attributes.sched_policy == Sched.SCHED_DEADLINE) return "; SCHED_DEADLINE does not go with linux.resources.cpu.cpus (sched(7))";
        return plan.Scheduler!.Attributes.sched_policy is Sched.SCHED_FIFO or Sched.SCHED_RR
            ? "; it takes CAP_SYS_NICE, and on cgroup v1 linux.resources.cpu.realtimeRuntime" : "";
    }
}
