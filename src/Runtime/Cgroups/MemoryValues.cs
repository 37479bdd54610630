// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Cgroups;

/// <summary>The limits of memory after the checks that v1 and v2 share: 0 leaves alone, -1 is no limit.</summary>
internal readonly record struct MemoryValues(long Limit, long Reservation, long Swap)
{
    public const string LimitOrigin = "linux.resources.memory.limit", ReservationOrigin = "linux.resources.memory.reservation", SwapOrigin = "linux.resources.memory.swap";

    /// <summary>
    /// Below this the set-up itself could be killed: a limit strikes whatever is charged, and the child's own pages, its
    /// mounts and page tables are some hundred KiB. Far above that, so that the figure need not be exact.
    /// </summary>
    private const long Small = 16 << 20;

    /// <summary>The limit waits until the exec stage is all that is left in the container.</summary>
    public bool IsSmall => Limit is > 0 and < Small;

    /// <exception cref="RuncsException"/>
    public static MemoryValues Read(LinuxMemory memory, List<string> warnings)
    {
        if (memory.Kernel is not (null or 0)) warnings.Add("linux.resources.memory.kernel is ignored: kernels since 5.16 have no such limit");
        if (memory.KernelTCP is not (null or 0)) warnings.Add("linux.resources.memory.kernelTCP is ignored: it is deprecated");
        var values = new MemoryValues(Check(memory.Limit, LimitOrigin), Check(memory.Reservation, ReservationOrigin), Check(memory.Swap, SwapOrigin));
        if (values.Swap > 0 && values.Limit > values.Swap)
            throw RuncsException.At(SwapOrigin, $"counts memory and swap together, so it must be at least linux.resources.memory.limit ({values.Limit}), got {values.Swap}");
        // "No limit" of memory alone would leave swap at its old one, which nobody means.
        return values is { Limit: -1, Swap: 0 } ? values with { Swap = -1 } : values;
    }

    private static long Check(long? value, string origin) =>
        value is < -1 ? throw RuncsException.At(origin, $"must be -1 or more, got {value}") : value ?? 0;
}
