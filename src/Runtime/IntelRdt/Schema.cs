// SPDX-License-Identifier: Apache-2.0
// Documentation/filesystems/resctrl.rst, "Schemata file"
using System;
using System.Globalization;

namespace Runcs.IntelRdt;

/// <summary>A line of a schemata file: <c>L3:0=7ff;1=1f</c>. The kernel may return it in another form.</summary>
internal static class Schema
{
    /// <summary>Whether the schemata contain every value of the line.</summary>
    /// <param name="schemata">The text of the file.</param>
    public static bool Has(string schemata, string line)
    {
        int colon = line.IndexOf(':');
        if (colon < 0) return false;
        ReadOnlySpan<char> name = line.AsSpan(0, colon).Trim();
        foreach (string there in schemata.Split('\n'))
        {
            int end = there.IndexOf(':');
            if (end >= 0 && there.AsSpan(0, end).Trim().SequenceEqual(name)) return HasEach(there[(end + 1)..], line[(colon + 1)..]);
        }
        return false;
    }

    private static bool HasEach(string there, string wanted)
    {
        foreach (string value in wanted.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Array.Exists(there.Split(';', StringSplitOptions.TrimEntries), other => IsSame(other, value))) return false;
        }
        return true;
    }

    // The same cache and the same number: 0=ff equals 00=0ff. The base does not matter here.
    private static bool IsSame(string one, string other)
    {
        string[] first = one.Split('=', StringSplitOptions.TrimEntries), second = other.Split('=', StringSplitOptions.TrimEntries);
        return first.Length == 2 && second.Length == 2 && IsNumber(first[0], second[0]) && IsNumber(first[1], second[1]);
    }

    private static bool IsNumber(string one, string other) =>
        one == other || (ulong.TryParse(one, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong first)
            && ulong.TryParse(other, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong second) && first == second);
}
