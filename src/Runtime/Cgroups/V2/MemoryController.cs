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
        CgroupPhase phase = values.Limit is > 0 and < MemoryValues.Tiny ? CgroupPhase.SteppedOut : values.IsSmall ? CgroupPhase.Late : CgroupPhase.Early;
        // Another limit of memory alone does not change that of memory and swap together, as on v1.
        if (values is { Limit: > 0, Swap: 0 } && now?.MemoryAndSwap is > 0)
        {
            values = values with { Swap = now.MemoryAndSwap.Value };
            if (values.Limit > values.Swap) writes.Refuse(MemoryValues.LimitPath, $"must be at most the limit of memory and swap together that is set ({values.Swap}), got {values.Limit}: raise {MemoryValues.SwapPath} too");
        }
        if (Swap(values, now?.Memory, writes) is { } swap)
        {
            // A kernel without swap has no file, and neither "no limit" nor a limit of 0 needs one.
            writes.All.Add(new(phase, Name, "memory.swap.max", Text(swap), MemoryValues.SwapPath) { IsOptional = swap <= 0, WhyMissing = "the kernel has no swap" });
        }
        if (values.Limit != 0) writes.Add(phase, Name, "memory.max", Text(values.Limit), MemoryValues.LimitPath);
        if (values.Reservation != 0) writes.Add(CgroupPhase.Early, Name, "memory.low", Text(values.Reservation), MemoryValues.ReservationPath);
        if (memory.CheckBeforeUpdate == true)
        {
            if (values.Limit > 0) writes.Checks.Add(new MemoryCheck(values.Limit, false, MemoryValues.LimitPath));
            if (values.Swap > 0) writes.Checks.Add(new MemoryCheck(values.Swap, true, MemoryValues.SwapPath));
        }
    }

    // Values that v2 meets anyway, or that set nothing (0 and -1 of kernel memory, -1 of swappiness), are accepted.
    private static void RefuseInconvertible(LinuxMemory memory, CgroupWrites writes)
    {
        if (memory.Swappiness is not (null or ulong.MaxValue)) writes.RefuseOnV2("linux.resources.memory.swappiness", "swappiness");
        if (memory.DisableOOMKiller == true) writes.RefuseOnV2("linux.resources.memory.disableOOMKiller", "way to disable the OOM killer");
        if (memory.UseHierarchy == false) writes.RefuseOnV2("linux.resources.memory.useHierarchy", "memory accounting but the hierarchical one");
        if (memory.Kernel is > 0) writes.RefuseOnV2(MemoryValues.KernelPath, "limit of kernel memory alone");
        if (memory.KernelTCP is > 0) writes.RefuseOnV2(MemoryValues.KernelTcpPath, "limit of TCP buffers alone");
    }

    /// <summary>Converts the config's limit of memory and swap together to v2's limit of swap alone: bytes, null for no change, -1 for no limit.</summary>
    /// <param name="limitNow">The current memory limit, used if the config sets none: bytes, -1 for no limit, null if unknown.</param>
    internal static long? Swap(MemoryValues values, long? limitNow, CgroupWrites writes)
    {
        if (values.Swap <= 0) return values.Swap == 0 ? null : -1;
        switch (values.Limit != 0 ? values.Limit : limitNow)
        {
            case null:
                writes.Refuse(MemoryValues.SwapPath, $"counts memory and swap together, so it needs {MemoryValues.LimitPath}");
                return null;
            case -1:
                return values.Swap;
            case { } limit when limit > values.Swap:
                if (values.Limit == 0) writes.Refuse(MemoryValues.SwapPath, $"counts memory and swap together, so it must be at least the limit of memory that is set ({limit}), got {values.Swap}");
                return null;
            case { } limit:
                return values.Swap - limit;
        }
    }

    private static string Text(long value) => value < 0 ? "max" : value.ToString();
}
