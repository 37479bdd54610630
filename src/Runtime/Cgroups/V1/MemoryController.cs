// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v1/memory.rst
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Cgroups.V1;

internal static class MemoryController
{
    private const string Name = "memory";

    public static void Plan(LinuxMemory memory, CgroupWrites writes)
    {
        MemoryValues values = MemoryValues.Read(memory, writes.Warnings);
        if (values.Reservation != 0) writes.Add(CgroupPhase.Early, Name, "memory.soft_limit_in_bytes", values.Reservation, MemoryValues.ReservationOrigin);
        if (memory.UseHierarchy is { } hierarchical) writes.Add(CgroupPhase.Early, Name, "memory.use_hierarchy", hierarchical ? 1 : 0, "linux.resources.memory.useHierarchy");
        PlanLimits(values, writes);
        if (memory.DisableOOMKiller == true) writes.Add(CgroupPhase.Early, Name, "memory.oom_control", 1, "linux.resources.memory.disableOOMKiller");
        if (memory.Swappiness is { } swappiness and not ulong.MaxValue)
        {
            const string Origin = "linux.resources.memory.swappiness";
            if (swappiness > 100) throw RuncsException.At(Origin, $"must be 0 to 100, got {swappiness}");
            writes.Add(CgroupPhase.Early, Name, "memory.swappiness", (long)swappiness, Origin);
        }
    }

    // memory.memsw counts memory and swap together, as the config's "swap" does, and may at no time be below the limit: so on
    // a new cgroup, which has neither, the limit comes first.
    private static void PlanLimits(MemoryValues values, CgroupWrites writes)
    {
        CgroupPhase phase = values.IsSmall ? CgroupPhase.SteppedOut : CgroupPhase.Early;
        if (values.Limit != 0) writes.Add(phase, Name, "memory.limit_in_bytes", values.Limit, MemoryValues.LimitOrigin);
        if (values.Swap != 0)
        {
            if (values.Swap > 0 && values.Limit == 0)
                throw RuncsException.At(MemoryValues.SwapOrigin, $"counts memory and swap together, so it needs {MemoryValues.LimitOrigin}");
            writes.All.Add(new(phase, Name, "memory.memsw.limit_in_bytes", values.Swap.ToString(), MemoryValues.SwapOrigin)
            {
                IsOptional = values.Swap < 0,
                WhyMissing = "the kernel does not account for swap: boot with swapaccount=1",
            });
        }
    }
}
