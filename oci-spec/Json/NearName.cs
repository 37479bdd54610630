// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;

namespace Runcs.OciSpec.Json;

/// <summary>Finds the known name that a misspelled one was meant to be.</summary>
public static class NearName
{
    // Longer names are not compared: the distance takes time in proportion to both lengths.
    private const int LongestName = 40;

    /// <summary>
    /// The same name in another case or with other separators, or else the one with the fewest wrong characters: at most
    /// one, or two in a name of eight characters or more. Null if no known name is that close.
    /// </summary>
    /// <param name="shortest">Shorter names must be equal: among short ones another known name is often as near.</param>
    public static string? Find(string name, IReadOnlyList<string> known, int shortest = 4)
    {
        if (name.Length > LongestName)
            return null;
        string folded = Fold(name), nearest = "";
        int least = int.MaxValue;
        foreach (string candidate in known)
        {
            string other = Fold(candidate);
            int distance = folded == other ? 0 : Distance(folded, other);
            if (distance >= least || distance > Tolerated(other.Length, shortest))
                continue;
            (nearest, least) = (candidate, distance);
        }
        return least == int.MaxValue ? null : nearest;
    }

    private static int Tolerated(int length, int shortest) => length switch
    {
        _ when length < shortest => 0,
        < 8 => 1,
        _ => 2,
    };

    private static string Fold(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>
    /// How many characters are missing, extra, replaced or swapped with their neighbour (optimal string alignment).
    /// </summary>
    private static int Distance(string a, string b)
    {
        int[] beforeLast = new int[b.Length + 1], last = new int[b.Length + 1], current = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
            last[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int other = a[i - 1] == b[j - 1] ? 0 : 1;
                current[j] = Math.Min(Math.Min(last[j], current[j - 1]) + 1, last[j - 1] + other);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
            }
            (beforeLast, last, current) = (last, current, beforeLast);
        }
        return last[b.Length];
    }
}
