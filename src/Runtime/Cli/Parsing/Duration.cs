// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Cli.Parsing;

/// <summary>
/// Durations as Go writes them (time.ParseDuration): <c>5s</c>, <c>1m30s</c>, <c>1.5h</c>, <c>-100ms</c>, <c>0</c>.
/// </summary>
internal static class Duration
{
    /// <summary>False if it is not valid, or exceeds 63 bits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long nanoseconds)
    {
        nanoseconds = 0;
        bool isNegative = text.StartsWith("-");
        if (isNegative || text.StartsWith("+")) text = text[1..];
        if (text is "0") return true;
        if (text.IsEmpty) return false;
        long sum = 0;
        while (!text.IsEmpty)
        {
            if (!TryTakeNumber(ref text, out long whole, out double fraction) || !TryTakeUnit(ref text, out long unit)) return false;
            if (whole > long.MaxValue / unit) return false;
            long part = (long)(fraction * unit);
            whole *= unit;
            if (whole > long.MaxValue - part || sum > long.MaxValue - part - whole) return false;
            sum += whole + part;
        }
        nanoseconds = isNegative ? -sum : sum;
        return true;
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<char> text, out long whole, out double fraction)
    {
        (whole, fraction) = (0, 0);
        double scale = 1;
        bool behindPoint = false;
        int at = 0, digits = 0;
        for (; at < text.Length; at++)
        {
            if (text[at] == '.' && !behindPoint)
            {
                behindPoint = true;
                continue;
            }
            int digit = text[at] - '0';
            if (digit is < 0 or > 9) break;
            digits++;
            if (behindPoint)
            {
                scale /= 10;
                fraction += digit * scale;
            }
            else
            {
                if (whole > (long.MaxValue - digit) / 10) return false;
                whole = whole * 10 + digit;
            }
        }
        text = text[at..];
        return digits > 0;
    }

    private static bool TryTakeUnit(ref ReadOnlySpan<char> text, out long unit)
    {
        int length = 0;
        while (length < text.Length && text[length] is not ((>= '0' and <= '9') or '.')) length++;
        unit = text[..length] switch
        {
            "ns" => 1,
            "us" or "\u00b5s" or "\u03bcs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => 0,
        };
        text = text[length..];
        return unit > 0;
    }
}
