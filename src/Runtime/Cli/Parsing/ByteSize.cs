// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Cli.Parsing;

/// <summary>
/// Sizes as runc takes them (RAMInBytes of docker/go-units): a number, possibly with a point, and a unit that is a power
/// of 1024: <c>512</c>, <c>64m</c>, <c>1.5 GiB</c>.
/// </summary>
internal static class ByteSize
{
    private const string Units = "kmgtp";

    /// <summary>False if it is not valid, or exceeds 63 bits.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        int end = text.LastIndexOfAny(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.']) + 1;
        ReadOnlySpan<char> number = text.AsSpan(0, end), unit = text.AsSpan(end);
        if (unit.StartsWith(" ")) unit = unit[1..];
        if (!TryShift(unit, out int shift)) return false;

        int point = number.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? number : number[..point], fraction = point < 0 ? [] : number[(point + 1)..];
        if (whole.IsEmpty && fraction.IsEmpty) return false;
        long value = 0;
        foreach (char digit in whole)
        {
            if (digit is < '0' or > '9' || value > (long.MaxValue - (digit - '0')) / 10) return false;
            value = value * 10 + (digit - '0');
        }
        double part = 0, scale = 1;
        foreach (char digit in fraction)
        {
            if (digit is < '0' or > '9') return false;
            // Further digits amount to less than a byte.
            if (scale > 1e14) continue;
            part = part * 10 + (digit - '0');
            scale *= 10;
        }
        if (value > long.MaxValue >> shift) return false;
        bytes = (value << shift) + (long)(part / scale * (1L << shift));
        return true;
    }

    // "", b, k, kb, kib, in any case.
    private static bool TryShift(ReadOnlySpan<char> unit, out int shift)
    {
        const int Kibi = 10;
        shift = 0;
        if (unit.IsEmpty || unit is "b" or "B") return true;
        shift = (Units.IndexOf(char.ToLowerInvariant(unit[0])) + 1) * Kibi;
        return shift > 0 && (unit.Length == 1 || unit[1..] is "b" or "B" || unit[1..].Equals("ib", StringComparison.OrdinalIgnoreCase));
    }
}
