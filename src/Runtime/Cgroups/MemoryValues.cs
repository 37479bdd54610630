// SPDX-License-Identifier: Apache-2.0
using Runcs.OciSpec;

namespace Runcs.Cgroups;

/// <summary>The limits of memory after the checks that v1 and v2 share: 0 leaves alone, -1 is no limit.</summary>
internal readonly record struct MemoryValues(long Limit, long Reservation, long Swap)
{
    public const string LimitOrigin = "linux.resources.memory.limit", ReservationOrigin = "linux.resources.memory.reservation", SwapOrigin = "linux.resources.memory.swap";

    public const string KernelOrigin = "linux.resources.memory.kernel", KernelTcpOrigin = "linux.resources.memory.kernelTCP";

    /// <summary>
    /// Below this the set-up itself could be killed: a limit strikes whatever is charged, and the child's own pages, its
    /// mounts and page tables are some hundred KiB. Far above that, so that the value need not be exact.
    /// </summary>
    public const long Small = 16 << 20;

    /// <summary>The limit waits until the exec stage is all that is left in the container.</summary>
    public bool IsSmall => Limit is > 0 and < Small;

    public static MemoryValues Read(LinuxMemory memory, CgroupWrites writes)
    {
        Check(memory.Kernel, KernelOrigin, writes);
        Check(memory.KernelTCP, KernelTcpOrigin, writes);
        var values = new MemoryValues(Check(memory.Limit, LimitOrigin, writes), Check(memory.Reservation, ReservationOrigin, writes), Check(memory.Swap, SwapOrigin, writes));
        if (values.Swap > 0 && values.Limit > values.Swap)
            writes.Refuse(SwapOrigin, $"counts memory and swap together, so it must be at least linux.resources.memory.limit ({values.Limit}), got {values.Swap}");
        // "No limit" of memory alone would leave swap at its old one, which nobody means.
        return values is { Limit: -1, Swap: 0 } ? values with { Swap = -1 } : values;
    }

    private static long Check(long? value, string origin, CgroupWrites writes)
    {
        if (value is >= -1 or null) return value ?? 0;
        writes.Refuse(origin, $"must be -1 or more, got {value}");
        return 0;
    }
}
