// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v1/memory.rst
using Runcs.OciSpec;

namespace Runcs.Cgroups.V1;

internal static class MemoryController
{
    private const string Name = "memory";

    /// <param name="isUpdate">The cgroup has limits already; memory and swap together may have one even if the config sets none.</param>
    public static void Plan(LinuxMemory memory, CgroupWrites writes, bool isUpdate)
    {
        MemoryValues values = MemoryValues.Read(memory, writes);
        if (values.Reservation != 0) writes.Add(CgroupPhase.Early, Name, "memory.soft_limit_in_bytes", values.Reservation, MemoryValues.ReservationPath);
        if (memory.UseHierarchy is { } hierarchical) writes.Add(CgroupPhase.Early, Name, "memory.use_hierarchy", hierarchical ? 1 : 0, "linux.resources.memory.useHierarchy");
        PlanLimits(values, writes, isUpdate);
        PlanKernel(memory, writes);
        if (memory.DisableOOMKiller is { } disabled && (disabled || isUpdate))
            writes.Add(CgroupPhase.Early, Name, "memory.oom_control", disabled ? 1 : 0, "linux.resources.memory.disableOOMKiller");
        if (memory.Swappiness is { } swappiness and not ulong.MaxValue)
        {
            const string Field = "linux.resources.memory.swappiness";
            if (swappiness > 100) writes.Refuse(Field, $"must be 0 to 100, got {swappiness}");
            writes.Add(CgroupPhase.Early, Name, "memory.swappiness", (long)swappiness, Field);
        }
    }

    // memory.memsw counts memory and swap together, as the config's "swap" does, and may at no time be below the limit: on a
    // new cgroup, which has neither, the limit comes first; on one that has, whichever the kernel takes first.
    private static void PlanLimits(MemoryValues values, CgroupWrites writes, bool isUpdate)
    {
        CgroupPhase phase = values.IsSmall ? CgroupPhase.SteppedOut : CgroupPhase.Early;
        if (values.Limit != 0)
            writes.All.Add(new(phase, Name, "memory.limit_in_bytes", values.Limit.ToString(), MemoryValues.LimitPath)
            {
                MayWait = true,
                WhyInvalid = "it may not be above the limit of memory and swap together",
            });
        if (values.Swap == 0) return;
        if (values.Swap > 0 && values.Limit == 0 && !isUpdate)
            writes.Refuse(MemoryValues.SwapPath, $"counts memory and swap together, so it needs {MemoryValues.LimitPath}");
        writes.All.Add(new(phase, Name, "memory.memsw.limit_in_bytes", values.Swap.ToString(), MemoryValues.SwapPath)
        {
            MayWait = true,
            WhyInvalid = "it counts memory and swap together and may not be below the limit of memory",
            IsOptional = values.Swap < 0,
            WhyMissing = "the kernel does not account for swap: boot with swapaccount=1",
        });
    }

    // Kernels since 5.16 have no limit of kernel memory (memory.kmem.limit_in_bytes fails with EOPNOTSUPP), and older ones count
    // it without being able to reclaim it. 0 and -1 set no limit.
    private static void PlanKernel(LinuxMemory memory, CgroupWrites writes)
    {
        if (memory.Kernel is > 0) writes.Warnings.Add($"{MemoryValues.KernelPath} is ignored: kernels since 5.16 have no such limit");
        if (memory.KernelTCP is > 0)
        {
            writes.All.Add(new(CgroupPhase.Early, Name, "memory.kmem.tcp.limit_in_bytes", memory.KernelTCP.Value.ToString(), MemoryValues.KernelTcpPath)
            {
                WhyMissing = "the kernel has no limit of TCP buffers",
            });
        }
    }
}
