// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;

namespace Runcs.Cgroups;

/// <summary>The current state of a cgroup, on which the plan of an update depends besides the new resources.</summary>
public sealed class CgroupLimits
{
    public required bool IsUnified { get; init; }

    /// <summary>The controllers that the cgroup has.</summary>
    public required string[] Controllers { get; init; }

    /// <summary>On v2 <c>memory.max</c>: bytes, -1 for no limit, null if the cgroup has none.</summary>
    public long? Memory { get; init; }

    /// <summary>
    /// On v2 the limit of memory and swap together that was set last, which no file keeps: bytes, -1 for none, null or 0 if
    /// none was set. Set by the caller, from the container's record.
    /// </summary>
    public long? MemoryAndSwap { get; set; }

    /// <summary>On v2 the first word of <c>cpu.max</c>, null if the cgroup has none.</summary>
    public string? CpuQuota { get; init; }

    /// <summary>On v2 the second word of <c>cpu.max</c>, null if the cgroup has none.</summary>
    public ulong? CpuPeriod { get; init; }

    /// <summary>The systemd unit that the cgroup belongs to; "" for none.</summary>
    public string Unit { get; init; } = "";
}
