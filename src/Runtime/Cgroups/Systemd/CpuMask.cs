// SPDX-License-Identifier: Apache-2.0
using System;
using System.Globalization;

namespace Runcs.Cgroups.Systemd;

/// <summary>A list of CPUs or memory nodes, <c>1,3-5</c>, as systemd's bus has it: a bit for each, the lowest in the first byte.</summary>
internal static class CpuMask
{
    // More than any kernel is built for (NR_CPUS).
    private const uint Most = 1 << 16;

    /// <returns>Null for an invalid list, which the kernel then reports, and for an empty one, which systemd refuses.</returns>
    public static BusValue? TryParse(string list)
    {
        byte[] bits = [];
        foreach (string part in list.Split(','))
        {
            ReadOnlySpan<char> range = part.AsSpan().Trim();
            if (range.IsEmpty) continue;
            int dash = range.IndexOf('-');
            if (!TryNumber(dash < 0 ? range : range[..dash], out uint first) || !TryNumber(dash < 0 ? range : range[(dash + 1)..], out uint last) || last < first) return null;
            if (last / 8 >= bits.Length) Array.Resize(ref bits, (int)(last / 8) + 1);
            for (uint bit = first; bit <= last; bit++) bits[bit / 8] |= (byte)(1 << (int)(bit % 8));
        }
        return bits.Length == 0 ? null : BusValue.Bytes(bits);
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < Most;
}
