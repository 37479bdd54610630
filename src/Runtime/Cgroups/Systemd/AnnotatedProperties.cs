// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;

namespace Runcs.Cgroups.Systemd;

/// <summary>Annotations that are properties of the unit: <c>org.systemd.property.TimeoutStopSec</c> and the like.</summary>
internal static class AnnotatedProperties
{
    private const string Prefix = "org.systemd.property.";

    public static void Plan(IReadOnlyDictionary<string, string> annotations, List<UnitProperty> properties, CgroupWrites writes)
    {
        foreach ((string key, string text) in annotations)
        {
            if (!key.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            string name = key[Prefix.Length..], jsonPath = $"annotations[\"{key}\"]";
            if (WhyNoName(name) is { } problem)
            {
                writes.Refuse(jsonPath, $"name incorrect: {problem}");
                continue;
            }
            try
            {
                properties.Add(Make(name, PropertyText.Parse(text)));
            }
            catch (FormatException e)
            {
                writes.Refuse(jsonPath, $"value parse error: \"{text}\" {e.Message}");
            }
        }
    }

    // runc's rule: no property has another character, so nothing else can be injected.
    private static string? WhyNoName(string name)
    {
        if (name.Length < 3) return "too short";
        foreach (char letter in name)
            if (!char.IsAsciiLetter(letter)) return "contains non-alphabetic character";
        return null;
    }

    // Times are in seconds in unit files (TimeoutStopSec) and in microseconds on the bus (TimeoutStopUSec).
    private static UnitProperty Make(string name, BusValue value)
    {
        const string Seconds = "Sec";
        if (!name.EndsWith(Seconds, StringComparison.Ordinal) || name.Length == Seconds.Length || !char.IsAsciiLetterLower(name[^(Seconds.Length + 1)])) return new(name, value);
        return new(string.Concat(name.AsSpan(0, name.Length - Seconds.Length), "USec"), BusValue.Of(Microseconds(value)));
    }

    private static ulong Microseconds(BusValue value)
    {
        const int InSecond = 1_000_000;
        return value.Signature switch
        {
            "y" or "n" or "q" or "i" or "u" or "x" or "t" => unchecked(value.Number * InSecond),
            "d" => (ulong)(BitConverter.UInt64BitsToDouble(value.Number) * InSecond),
            _ => throw new FormatException("is not a number"),
        };
    }
}
