// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Globalization;
using Runcs.OciSpec.Json;

namespace Runcs.Cgroups;

/// <summary>
/// The part of the stats of <c>events</c> that v1 and v2 share: the members of runc's types.Stats, up to <c>hugetlb</c>.
/// Unreadable values count as 0; most members are then omitted, as by Go's omitempty.
/// </summary>
internal static class StatsMembers
{
    /// <summary>The first number of a text: the largest for <c>max</c>, 0 for a negative number and without one.</summary>
    public static ulong Number(string? text)
    {
        if (text == "max") return ulong.MaxValue;
        ReadOnlySpan<char> digits = text;
        int end = digits.IndexOfAnyExceptInRange('0', '9');
        return ulong.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : 0;
    }

    /// <summary>The value behind a key in lines of <c>key value</c>.</summary>
    public static ulong Key(string? text, string key)
    {
        for (int at = 0; text != null && at < text.Length;)
        {
            if (string.CompareOrdinal(text, at, key, 0, key.Length) == 0 && at + key.Length < text.Length && text[at + key.Length] == ' ') return Number(Line(text, at + key.Length + 1));
            int end = text.IndexOf('\n', at);
            at = end < 0 ? text.Length : end + 1;
        }
        return 0;
    }

    private static string Line(string text, int start)
    {
        int end = text.IndexOf('\n', start);
        return end < 0 ? text[start..] : text[start..end];
    }

    /// <summary>Writes a number unless it is 0.</summary>
    public static void OmitEmpty(JsonText json, ReadOnlySpan<byte> name, ulong value)
    {
        if (value > 0) json.Member(name, value);
    }

    /// <summary>Writes a list of numbers unless it is empty.</summary>
    public static void OmitEmpty(JsonText json, ReadOnlySpan<byte> name, List<ulong> values)
    {
        if (values.Count == 0) return;
        json.Name(name);
        json.BeginArray();
        foreach (ulong value in values) json.Number(value);
        json.EndArray();
    }

    public static void Throttling(JsonText json, string? stat, string time, ulong nanoseconds)
    {
        json.Name("throttling"u8);
        json.BeginObject();
        OmitEmpty(json, "periods"u8, Key(stat, "nr_periods"));
        OmitEmpty(json, "throttledPeriods"u8, Key(stat, "nr_throttled"));
        OmitEmpty(json, "throttledTime"u8, Key(stat, time) * nanoseconds);
        json.EndObject();
    }

    /// <summary>A memory limit and its usage.</summary>
    public static void Memory(JsonText json, ReadOnlySpan<byte> name, ulong limit, ulong usage, ulong most, ulong failures)
    {
        json.Name(name);
        json.BeginObject();
        json.Member("limit"u8, limit);
        OmitEmpty(json, "usage"u8, usage);
        OmitEmpty(json, "max"u8, most);
        json.Member("failcnt"u8, failures);
        json.EndObject();
    }

    /// <summary>Writes all keys of memory.stat, sorted as by Go.</summary>
    public static void Raw(JsonText json, string? stat)
    {
        if (string.IsNullOrEmpty(stat)) return;
        string[] lines = stat.Split('\n');
        // A space sorts before every character of a key, so the lines sort as their keys.
        Array.Sort(lines, StringComparer.Ordinal);
        json.Name("raw"u8);
        json.BeginObject();
        foreach (string line in lines)
        {
            int space = line.IndexOf(' ');
            if (space < 0) continue;
            json.Name(line[..space]);
            json.Number(Number(line[(space + 1)..]));
        }
        json.EndObject();
    }

    public static void Pids(JsonText json, ulong current, ulong limit)
    {
        json.Name("pids"u8);
        json.BeginObject();
        OmitEmpty(json, "current"u8, current);
        // runc prints 0 for no limit.
        if (limit != ulong.MaxValue) OmitEmpty(json, "limit"u8, limit);
        json.EndObject();
    }

    /// <summary>Writes pressure stall information (Documentation/accounting/psi.rst), if the kernel has it.</summary>
    public static void Pressure(JsonText json, string? text)
    {
        if (string.IsNullOrEmpty(text)) return;
        json.Name("psi"u8);
        json.BeginObject();
        foreach (string who in (ReadOnlySpan<string>)["some", "full"])
        {
            string line = "";
            foreach (string one in text.Split('\n'))
            {
                if (one.StartsWith(who, StringComparison.Ordinal)) line = one;
            }
            json.Name(who);
            json.BeginObject();
            foreach (string key in (ReadOnlySpan<string>)["avg10", "avg60", "avg300", "total"])
            {
                json.Name(key);
                json.Decimal(Value(line, key));
            }
            json.EndObject();
        }
        json.EndObject();
    }

    // "avg10=1.50" of a line, as 1.50.
    private static ReadOnlySpan<char> Value(string line, string key)
    {
        foreach (string word in line.Split(' '))
        {
            if (word.StartsWith(key, StringComparison.Ordinal) && word.Length > key.Length + 1 && word[key.Length] == '=') return word.AsSpan(key.Length + 1);
        }
        return "0";
    }

    public static void Devices(JsonText json, ReadOnlySpan<byte> name, List<DeviceStat>? values)
    {
        if (values is not { Count: > 0 }) return;
        json.Name(name);
        json.BeginArray();
        foreach (DeviceStat value in values)
        {
            json.BeginObject();
            OmitEmpty(json, "major"u8, value.Major);
            OmitEmpty(json, "minor"u8, value.Minor);
            json.OptionalMember("op"u8, value.Op);
            OmitEmpty(json, "value"u8, value.Value);
            json.EndObject();
        }
        json.EndArray();
    }

    /// <summary>Writes the huge pages by size, sorted as by Go: those reserved if the kernel counts them, else those in use.</summary>
    /// <param name="read">Usage, its maximum, and the number of failures, of <c>hugetlb.2MB</c> or <c>hugetlb.2MB.rsvd</c>; null if it has no files.</param>
    public static void Hugetlb(JsonText json, IReadOnlyList<string> sizes, Func<string, (ulong Usage, ulong Most, ulong Failures)?> read)
    {
        json.Name("hugetlb"u8);
        json.BeginObject();
        foreach (string size in sizes)
        {
            if ((read($"hugetlb.{size}.rsvd") ?? read("hugetlb." + size)) is not { } values) continue;
            json.Name(size);
            json.BeginObject();
            OmitEmpty(json, "usage"u8, values.Usage);
            OmitEmpty(json, "max"u8, values.Most);
            json.Member("failcnt"u8, values.Failures);
            json.EndObject();
        }
        json.EndObject();
    }
}
