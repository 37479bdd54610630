// SPDX-License-Identifier: Apache-2.0
// Run by the parent when the exec stage waits for the start.
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Scheduling;

/// <summary>
/// The parts of the plan that one process can give another. They come from the parent, and last: what is real-time or has a
/// higher I/O class takes CAP_SYS_NICE of the host, which the container's init may not have (user_namespaces(7)); and a
/// process under SCHED_DEADLINE cannot clone (sched(7)), which hooks and the way into a pod's pid namespace need.
/// </summary>
public static class WaitingProcess
{
    /// <exception cref="RuncsException"/>
    public static void Apply(SchedulingPlan plan, int pid)
    {
        if (plan.Scheduler is { } scheduler)
        {
            Errno errno = Sched.TrySetAttr(pid, scheduler.Attributes);
            if (errno.IsError) throw RuncsException.At("process.scheduler", $"sched_setattr(2) on \"{scheduler.Policy}\": {errno}{Hint(plan, errno)}");
        }
        if (plan.IOPriority is { } priority)
        {
            // config.md, "Linux Process": of the process group. The stage has begun a session, so its group has its pid, and
            // all that the container will ever run inherits.
            Errno errno = Sched.TrySetIoPriorityOfGroup(pid, priority);
            if (errno.IsError) throw RuncsException.At("process.ioPriority", "ioprio_set", "IOPRIO_WHO_PGRP", errno);
        }
    }

    /// <summary>
    /// The CPUs that the caller of runcs is held to are nothing to the container: its cpuset says which it has (as runc). Where
    /// that is refused, it goes on with the caller's.
    /// </summary>
    public static void ApplyAllCpus(int pid)
    {
        Errno errno = Sched.TrySetAffinityToAll(pid);
        // ESRCH: it has ended, and will be asked why.
        if (errno.IsError && errno.Value != Errno.ESRCH) Log.Warn($"the container inherits the CPU affinity of runcs: sched_setaffinity(2): {errno}");
    }

    private static string Hint(SchedulingPlan plan, Errno errno)
    {
        if (errno.Value != Errno.EPERM) return "";
        if (plan.HasCpuset && plan.Scheduler!.Attributes.sched_policy == Sched.SCHED_DEADLINE) return "; SCHED_DEADLINE does not go with linux.resources.cpu.cpus (sched(7))";
        return plan.Scheduler!.Attributes.sched_policy is Sched.SCHED_FIFO or Sched.SCHED_RR
            ? "; it takes CAP_SYS_NICE, and on cgroup v1 linux.resources.cpu.realtimeRuntime" : "";
    }
}
