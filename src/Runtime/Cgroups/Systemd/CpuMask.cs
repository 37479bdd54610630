// SPDX-License-Identifier: Apache-2.0
using System;
using System.Buffers.Binary;
using Runcs.Values;

namespace Runcs.Cgroups.Systemd;

/// <summary>
/// A list of CPUs or memory nodes, <c>1,3-5</c>, in the format of systemd's bus: a bit for each, the lowest in the first
/// byte.
/// </summary>
internal static class CpuMask
{
    /// <returns>Null for an invalid list, which the kernel then reports, and for an empty one, which systemd refuses.</returns>
    public static BusValue? TryParse(string list)
    {
        if (!ListFormat.TryParse(list, out ulong[] mask, out _)) return null;
        var bits = new byte[mask.Length * sizeof(ulong)];
        for (int i = 0; i < mask.Length; i++) BinaryPrimitives.WriteUInt64LittleEndian(bits.AsSpan(i * sizeof(ulong)), mask[i]);
        return BusValue.Bytes(bits.AsSpan().TrimEnd((byte)0).ToArray());
    }
}
