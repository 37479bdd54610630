// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Diagnostics;

/// <summary>Times as text: RFC 3339 in UTC, as Go writes them. DateTime's formatting would load a culture.</summary>
public static class Timestamp
{
    /// <summary><c>2026-08-19T09:35:07Z</c>.</summary>
    public static string Now()
    {
        (long seconds, _) = Clock.Now();
        return Format(seconds, 0);
    }

    /// <summary>Go's RFC3339Nano, without trailing zeros in the fraction: <c>2026-08-19T09:35:07.123456789Z</c>.</summary>
    public static string NowNano()
    {
        (long seconds, int nanoseconds) = Clock.Now();
        return Format(seconds, nanoseconds);
    }

    /// <summary>With a fraction of nine digits, so that times are ordered as their texts are.</summary>
    public static string Whole(long seconds, int nanoseconds) => string.Concat(Format(seconds, 0).AsSpan(0, 19), ".", nanoseconds.ToString("D9", System.Globalization.CultureInfo.InvariantCulture), "Z");

    internal static string Format(long seconds, int nanoseconds)
    {
        const long SecondsOfDay = 86400;
        (int year, int month, int day) = Date(Math.DivRem(seconds, SecondsOfDay).Quotient);
        int rest = (int)(seconds % SecondsOfDay);
        Span<char> text = stackalloc char[30];
        int length = 0;
        Put(text, ref length, year, 4, '-');
        Put(text, ref length, month, 2, '-');
        Put(text, ref length, day, 2, 'T');
        Put(text, ref length, rest / 3600, 2, ':');
        Put(text, ref length, rest / 60 % 60, 2, ':');
        Put(text, ref length, rest % 60, 2, nanoseconds > 0 ? '.' : 'Z');
        if (nanoseconds > 0)
        {
            Put(text, ref length, nanoseconds, 9, '0');
            while (text[length - 1] == '0') length--;
            text[length++] = 'Z';
        }
        return new string(text[..length]);
    }

    // The Gregorian date of a day counted from 1970-01-01, for 1970 and later. If years begin on March 1, the leap day is
    // the last of its year and of its era of 400 years, and month lengths follow from 153 days in 5 months.
    private static (int Year, int Month, int Day) Date(long day)
    {
        const int DaysToEpoch = 719468, DaysOfEra = 146097;
        day += DaysToEpoch;
        long era = day / DaysOfEra;
        int inEra = (int)(day % DaysOfEra);
        int yearOfEra = (inEra - inEra / 1460 + inEra / 36524 - inEra / 146096) / 365;
        int inYear = inEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int fromMarch = (5 * inYear + 2) / 153;
        int month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
        return ((int)(era * 400) + yearOfEra + (month <= 2 ? 1 : 0), month, inYear - (153 * fromMarch + 2) / 5 + 1);
    }

    private static void Put(Span<char> text, ref int length, int value, int digits, char after)
    {
        for (int at = length + digits - 1; at >= length; at--, value /= 10) text[at] = (char)('0' + value % 10);
        length += digits;
        text[length++] = after;
    }
}
