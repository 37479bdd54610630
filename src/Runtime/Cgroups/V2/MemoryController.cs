// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v2.rst, "Memory Interface Files"
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Cgroups.V2;

internal static class MemoryController
{
    private const string Name = "memory";

    public static void Plan(LinuxMemory memory, CgroupWrites writes)
    {
        if (memory.Swappiness is not (null or ulong.MaxValue)) throw Planner.NotOnV2("linux.resources.memory.swappiness", "swappiness");
        if (memory.DisableOOMKiller == true) throw Planner.NotOnV2("linux.resources.memory.disableOOMKiller", "way to disable the OOM killer");
        if (memory.UseHierarchy == false) throw Planner.NotOnV2("linux.resources.memory.useHierarchy", "memory accounting but the hierarchical one");

        MemoryValues values = MemoryValues.Read(memory, writes.Warnings);
        CgroupPhase phase = values.IsSmall ? CgroupPhase.Late : CgroupPhase.Early;
        if (Swap(values) is { } swap)
        {
            // Without swap in the kernel there is no file, and neither "no limit" nor "none at all" needs one.
            writes.All.Add(new(phase, Name, "memory.swap.max", Text(swap), MemoryValues.SwapOrigin) { IsOptional = swap <= 0, WhyMissing = "the kernel has no swap" });
        }
        if (values.Limit != 0) writes.Add(phase, Name, "memory.max", Text(values.Limit), MemoryValues.LimitOrigin);
        if (values.Reservation != 0) writes.Add(CgroupPhase.Early, Name, "memory.low", Text(values.Reservation), MemoryValues.ReservationOrigin);
    }

    /// <summary>The config counts memory and swap together, v2 counts swap alone. Null leaves it alone, -1 is no limit.</summary>
    internal static long? Swap(MemoryValues values) => values switch
    {
        { Swap: 0 } => null,
        { Swap: -1 } => -1,
        { Limit: -1 } => values.Swap,
        { Limit: 0 } => throw RuncsException.At(MemoryValues.SwapOrigin, $"counts memory and swap together, so it needs {MemoryValues.LimitOrigin}"),
        _ => values.Swap - values.Limit,
    };

    private static string Text(long value) => value < 0 ? "max" : value.ToString();
}
