// SPDX-License-Identifier: Apache-2.0
using System;
using System.Globalization;

namespace Runcs.Values;

/// <summary>Numbers of CPUs or memory nodes as cpuset(7) writes them in its "List format": <c>0-3,7</c>.</summary>
public static class ListFormat
{
    /// <summary>The highest number: runc's sanity limit.</summary>
    public const int Highest = 64 * 1024;

    /// <summary>
    /// The numbers as bits, 64 in each word, or the reason why they are not valid. White space and extra commas are
    /// ignored, as by runc.
    /// </summary>
    public static bool TryParse(string text, out ulong[] mask, out string problem)
    {
        mask = [];
        ReadOnlySpan<char> rest = text;
        foreach (Range range in rest.Split(','))
        {
            ReadOnlySpan<char> part = rest[range].Trim();
            if (part.IsEmpty) continue;
            int dash = part.IndexOf('-');
            if (!TryNumber(dash < 0 ? part : part[..dash], out int first) || !TryNumber(dash < 0 ? part : part[(dash + 1)..], out int last) || first > last)
            {
                problem = $"\"{part}\" in \"{text}\" is neither a number up to {Highest} nor a range of them such as 0-3";
                return false;
            }
            if (mask.Length <= last / 64) Array.Resize(ref mask, last / 64 + 1);
            for (int number = first; number <= last; number++) mask[number / 64] |= 1UL << (number % 64);
        }
        problem = mask.Length == 0 ? $"there is no number in \"{text}\"" : "";
        return mask.Length > 0;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= Highest;
}
