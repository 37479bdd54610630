// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;

namespace Runcs.OciSpec.Json;

/// <summary>
/// The order in which Go writes the keys of a map: that of their UTF-8 bytes. It differs from the order of the UTF-16
/// units only between surrogates (characters beyond U+FFFF) and U+E000 to U+FFFF.
/// </summary>
internal sealed class GoKeyOrder : IComparer<string>
{
    private static readonly GoKeyOrder Instance = new();

    /// <summary>The keys of a map, sorted.</summary>
    public static string[] KeysOf<T>(Dictionary<string, T> map)
        where T : class
    {
        var keys = new string[map.Count];
        map.Keys.CopyTo(keys, 0);
        Array.Sort(keys, Instance);
        return keys;
    }

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        int shorter = Math.Min(x!.Length, y!.Length);
        for (int at = 0; at < shorter; at++)
        {
            if (x[at] != y[at])
                return Rank(x[at]) - Rank(y[at]);
        }
        return x.Length - y.Length;
    }

    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
