// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Memory", "CPU" and "PIDs".

namespace Runcs.OciSpec;

/// <summary>Memory of a cgroup; limits in bytes, -1 for none, null to leave alone.</summary>
public sealed partial class LinuxMemory
{
    /// <summary>Memory in use, in bytes.</summary>
    public long? Limit { get; set; }

    /// <summary>The soft limit, in bytes.</summary>
    public long? Reservation { get; set; }

    /// <summary>Memory and swap together, in bytes.</summary>
    public long? Swap { get; set; }

    /// <summary>Deprecated: kernel memory, in bytes.</summary>
    public long? Kernel { get; set; }

    /// <summary>Deprecated: memory of TCP buffers, in bytes.</summary>
    public long? KernelTCP { get; set; }

    /// <summary>How readily pages go to swap, 0 to 100 (not checked here).</summary>
    public ulong? Swappiness { get; set; }

    /// <summary>Tasks wait instead of being killed at the limit.</summary>
    public bool? DisableOOMKiller { get; set; }

    /// <summary>Children count to the parent (cgroup v1).</summary>
    public bool? UseHierarchy { get; set; }

    /// <summary>Refuses a limit below what is in use.</summary>
    public bool? CheckBeforeUpdate { get; set; }
}

/// <summary>CPU of a cgroup; times in microseconds, null to leave alone.</summary>
public sealed partial class LinuxCPU
{
    /// <summary>The weight against other cgroups, in the scale of cgroup v1 (2 to 262144).</summary>
    public ulong? Shares { get; set; }

    /// <summary>Time in a period, in microseconds; negative for no limit.</summary>
    public long? Quota { get; set; }

    /// <summary>Unused time that may be saved for later periods, in microseconds.</summary>
    public ulong? Burst { get; set; }

    /// <summary>The period of the quota, in microseconds.</summary>
    public ulong? Period { get; set; }

    /// <summary>Time of realtime tasks in a period, in microseconds.</summary>
    public long? RealtimeRuntime { get; set; }

    /// <summary>The period of realtime tasks, in microseconds.</summary>
    public ulong? RealtimePeriod { get; set; }

    /// <summary>The CPUs, as <c>0-3,7</c>; "" to leave alone.</summary>
    public string Cpus { get; set; } = "";

    /// <summary>The memory nodes, as <c>0-1</c>; "" to leave alone.</summary>
    public string Mems { get; set; } = "";

    /// <summary>1 for SCHED_IDLE, 0 for the usual.</summary>
    public long? Idle { get; set; }
}

/// <summary>Number of tasks in a cgroup.</summary>
public sealed partial class LinuxPids
{
    /// <summary>The most tasks; -1 for no limit, null to leave alone.</summary>
    public long? Limit { get; set; }
}
