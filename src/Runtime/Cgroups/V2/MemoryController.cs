// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v2.rst, "Memory Interface Files"
using Runcs.OciSpec;

namespace Runcs.Cgroups.V2;

internal static class MemoryController
{
    private const string Name = "memory";

    /// <param name="now">The limits that the cgroup has; null for a new one.</param>
    public static void Plan(LinuxMemory memory, CgroupWrites writes, CgroupLimits? now)
    {
        RefuseInconvertible(memory, writes);
        MemoryValues values = MemoryValues.Read(memory, writes);
        CgroupPhase phase = values.IsSmall ? CgroupPhase.Late : CgroupPhase.Early;
        // Both together keep their limit when memory alone gets another, as on v1.
        if (values is { Limit: > 0, Swap: 0 } && now?.MemoryAndSwap is > 0)
        {
            values = values with { Swap = now.MemoryAndSwap.Value };
            if (values.Limit > values.Swap) writes.Refuse(MemoryValues.LimitOrigin, $"must be at most the limit of memory and swap together that is set ({values.Swap}), got {values.Limit}: raise {MemoryValues.SwapOrigin} too");
        }
        if (Swap(values, now?.Memory, writes) is { } swap)
        {
            // Without swap in the kernel there is no file, and neither "no limit" nor "none at all" needs one.
            writes.All.Add(new(phase, Name, "memory.swap.max", Text(swap), MemoryValues.SwapOrigin) { IsOptional = swap <= 0, WhyMissing = "the kernel has no swap" });
        }
        if (values.Limit != 0) writes.Add(phase, Name, "memory.max", Text(values.Limit), MemoryValues.LimitOrigin);
        if (values.Reservation != 0) writes.Add(CgroupPhase.Early, Name, "memory.low", Text(values.Reservation), MemoryValues.ReservationOrigin);
        if (memory.CheckBeforeUpdate == true)
        {
            if (values.Limit > 0) writes.Checks.Add(new MemoryCheck(values.Limit, false, MemoryValues.LimitOrigin));
            if (values.Swap > 0) writes.Checks.Add(new MemoryCheck(values.Swap, true, MemoryValues.SwapOrigin));
        }
    }

    // What asks for what v2 does anyway, or for nothing (0 and -1 of kernel memory, -1 of swappiness), passes.
    private static void RefuseInconvertible(LinuxMemory memory, CgroupWrites writes)
    {
        if (memory.Swappiness is not (null or ulong.MaxValue)) writes.RefuseOnV2("linux.resources.memory.swappiness", "swappiness");
        if (memory.DisableOOMKiller == true) writes.RefuseOnV2("linux.resources.memory.disableOOMKiller", "way to disable the OOM killer");
        if (memory.UseHierarchy == false) writes.RefuseOnV2("linux.resources.memory.useHierarchy", "memory accounting but the hierarchical one");
        if (memory.Kernel is > 0) writes.RefuseOnV2(MemoryValues.KernelOrigin, "limit of kernel memory alone");
        if (memory.KernelTCP is > 0) writes.RefuseOnV2(MemoryValues.KernelTcpOrigin, "limit of TCP buffers alone");
    }

    /// <summary>The config counts memory and swap together, v2 counts swap alone. Null leaves it alone, -1 is no limit.</summary>
    /// <param name="limitNow">The memory limit that there is, which counts if the config has none: -1 is no limit, null is unknown.</param>
    internal static long? Swap(MemoryValues values, long? limitNow, CgroupWrites writes)
    {
        if (values.Swap <= 0) return values.Swap == 0 ? null : -1;
        switch (values.Limit != 0 ? values.Limit : limitNow)
        {
            case null:
                writes.Refuse(MemoryValues.SwapOrigin, $"counts memory and swap together, so it needs {MemoryValues.LimitOrigin}");
                return null;
            case -1:
                return values.Swap;
            case { } limit when limit > values.Swap:
                if (values.Limit == 0) writes.Refuse(MemoryValues.SwapOrigin, $"counts memory and swap together, so it must be at least the limit of memory that is set ({limit}), got {values.Swap}");
                return null;
            case { } limit:
                return values.Swap - limit;
        }
    }

    private static string Text(long value) => value < 0 ? "max" : value.ToString();
}
