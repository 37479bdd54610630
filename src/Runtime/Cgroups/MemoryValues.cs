// SPDX-License-Identifier: Apache-2.0
using Runcs.OciSpec;

namespace Runcs.Cgroups;

/// <summary>The memory limits after the checks that v1 and v2 share: bytes, 0 for no change, -1 for no limit.</summary>
internal readonly record struct MemoryValues(long Limit, long Reservation, long Swap)
{
    public const string LimitPath = "linux.resources.memory.limit", ReservationPath = "linux.resources.memory.reservation", SwapPath = "linux.resources.memory.swap";

    public const string KernelPath = "linux.resources.memory.kernel", KernelTcpPath = "linux.resources.memory.kernelTCP";

    /// <summary>
    /// With a limit below this the set-up itself could be killed: the child's own pages are charged too, and its
    /// mounts and page tables are some hundred KiB. The value is far above that, so it need not be exact.
    /// </summary>
    public const long Small = 16 << 20;

    /// <summary>
    /// Below this v2's limit could be exceeded even by the waiting exec stage: 110 KiB are charged for it and for what the set-up has
    /// allocated in the kernel, and up to 256 KiB more for each CPU that it ran on (MEMCG_CHARGE_BATCH).
    /// </summary>
    public const long Tiny = 1 << 20;

    /// <summary>The limit is written once only the exec stage is left in the container.</summary>
    public bool IsSmall => Limit is > 0 and < Small;

    public static MemoryValues Read(LinuxMemory memory, CgroupWrites writes)
    {
        Check(memory.Kernel, KernelPath, writes);
        Check(memory.KernelTCP, KernelTcpPath, writes);
        var values = new MemoryValues(Check(memory.Limit, LimitPath, writes), Check(memory.Reservation, ReservationPath, writes), Check(memory.Swap, SwapPath, writes));
        if (values.Swap > 0 && values.Limit > values.Swap)
            writes.Refuse(SwapPath, $"counts memory and swap together, so it must be at least linux.resources.memory.limit ({values.Limit}), got {values.Swap}");
        // No limit of memory with the old limit of swap would make no sense.
        return values is { Limit: -1, Swap: 0 } ? values with { Swap = -1 } : values;
    }

    private static long Check(long? value, string jsonPath, CgroupWrites writes)
    {
        if (value is >= -1 or null) return value ?? 0;
        writes.Refuse(jsonPath, $"must be -1 or more, got {value}");
        return 0;
    }
}
