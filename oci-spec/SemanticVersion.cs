// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.OciSpec;

/// <summary>Semantic Versioning 2.0.0, the form of <c>ociVersion</c> (config.md, "Specification version").</summary>
public static class SemanticVersion
{
    // Of the first number, so that it is below int.MaxValue.
    private const int MostDigits = 9;

    /// <summary>Whether the text is <c>MAJOR.MINOR.PATCH[-PRERELEASE][+BUILD]</c>.</summary>
    /// <param name="text">The version.</param>
    /// <param name="major">Its first number.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out int major)
    {
        major = 0;
        int plus = text.IndexOf('+');
        if (plus >= 0 && !AreIdentifiers(text[(plus + 1)..], numbersAreExact: false))
            return false;
        ReadOnlySpan<char> version = plus < 0 ? text : text[..plus];
        int dash = version.IndexOf('-');
        if (dash >= 0 && !AreIdentifiers(version[(dash + 1)..], numbersAreExact: true))
            return false;
        ReadOnlySpan<char> core = dash < 0 ? version : version[..dash];
        int first = core.IndexOf('.');
        int second = first < 0 ? -1 : core[(first + 1)..].IndexOf('.') + first + 1;
        if (second <= first || first is <= 0 or > MostDigits || !IsNumber(core[..first]) || !IsNumber(core[(first + 1)..second]) || !IsNumber(core[(second + 1)..])) return false;
        // Without a culture, whose first use takes microseconds at each start.
        foreach (char digit in core[..first]) major = major * 10 + (digit - '0');
        return true;
    }

    private static bool AreIdentifiers(ReadOnlySpan<char> text, bool numbersAreExact)
    {
        while (true)
        {
            int dot = text.IndexOf('.');
            ReadOnlySpan<char> part = dot < 0 ? text : text[..dot];
            if (part.IsEmpty)
                return false;
            bool digits = true;
            foreach (char next in part)
            {
                if (!char.IsAsciiLetterOrDigit(next) && next != '-')
                    return false;
                digits &= char.IsAsciiDigit(next);
            }
            if (digits && numbersAreExact && !IsNumber(part))
                return false;
            if (dot < 0)
                return true;
            text = text[(dot + 1)..];
        }
    }

    private static bool IsNumber(ReadOnlySpan<char> text) =>
        !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9') && (text.Length == 1 || text[0] != '0');
}
