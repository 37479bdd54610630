// SPDX-License-Identifier: Apache-2.0
// config.md, "Process": scheduler, ioPriority, execCPUAffinity.

namespace Runcs.OciSpec;

/// <summary>Scheduling of a process, as for sched_setattr(2).</summary>
public sealed partial class Scheduler
{
    /// <summary>The policy, as <c>SCHED_FIFO</c>.</summary>
    public string Policy { get; set; } = "";

    /// <summary>The nice value, -20 to 19 (not checked here).</summary>
    public int Nice { get; set; }

    /// <summary>The static priority of SCHED_FIFO and SCHED_RR.</summary>
    public int Priority { get; set; }

    /// <summary>Flags, as <c>SCHED_FLAG_RESET_ON_FORK</c>.</summary>
    public string[] Flags { get; set; } = [];

    /// <summary>SCHED_DEADLINE: the time of computation in a period, in nanoseconds.</summary>
    public ulong Runtime { get; set; }

    /// <summary>SCHED_DEADLINE: the relative deadline, in nanoseconds.</summary>
    public ulong Deadline { get; set; }

    /// <summary>SCHED_DEADLINE: the period, in nanoseconds.</summary>
    public ulong Period { get; set; }
}

/// <summary>I/O priority, as for ioprio_set(2).</summary>
public sealed partial class LinuxIOPriority
{
    /// <summary><c>IOPRIO_CLASS_RT</c>, <c>IOPRIO_CLASS_BE</c> or <c>IOPRIO_CLASS_IDLE</c>.</summary>
    public string Class { get; set; } = "";

    /// <summary>The level in the class, 0 (highest) to 7 (not checked here).</summary>
    public int Priority { get; set; }
}

/// <summary>CPUs of an exec, each as a list such as <c>0-3,7</c>.</summary>
public sealed partial class CPUAffinity
{
    /// <summary>The CPUs until the process is in its cgroup; "" for the runtime's own.</summary>
    public string Initial { get; set; } = "";

    /// <summary>The CPUs from then on; "" for those of the cgroup.</summary>
    public string Final { get; set; } = "";
}
