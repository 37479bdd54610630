// SPDX-License-Identifier: Apache-2.0
using System;
using System.Globalization;

namespace Runcs.Cli.Parsing;

/// <summary>
/// Points in time as Docker takes them: RFC 3339 (<c>2026-11-30T12:00:00.5+01:00</c>, also the date or the time without a zone,
/// which is UTC), seconds since 1970 (<c>1796040000.5</c>), or a duration before now (<c>10m</c>).
/// </summary>
internal static class PointInTime
{
    private const long NanosecondsOfSecond = 1_000_000_000, SecondsOfDay = 86400;
    private static readonly int[] _daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    /// <param name="now">Seconds since 1970 and nanoseconds.</param>
    /// <returns>Null if it is none.</returns>
    public static (long Seconds, int Nanoseconds)? Parse(string text, (long Seconds, int Nanoseconds) now)
    {
        if (text.Length > 0 && text.Replace(".", "").AsSpan().IndexOfAnyExceptInRange('0', '9') < 0) return ParseSeconds(text);
        if (Duration.TryParse(text, out long duration))
        {
            long seconds = now.Seconds - duration / NanosecondsOfSecond, nanoseconds = now.Nanoseconds - duration % NanosecondsOfSecond;
            if (nanoseconds < 0) (seconds, nanoseconds) = (seconds - 1, nanoseconds + NanosecondsOfSecond);
            if (nanoseconds >= NanosecondsOfSecond) (seconds, nanoseconds) = (seconds + 1, nanoseconds - NanosecondsOfSecond);
            return seconds < 0 ? null : (seconds, (int)nanoseconds);
        }
        return ParseDate(text);
    }

    private static (long, int)? ParseSeconds(string text)
    {
        int point = text.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? text : text.AsSpan(0, point);
        int fraction = 0;
        return long.TryParse(whole, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds < SecondsOfDay * 366 * 8000
            && (point < 0 || TryFraction(text.AsSpan(point + 1), out fraction)) ? (seconds, fraction) : null;
    }

    private static (long, int)? ParseDate(ReadOnlySpan<char> text)
    {
        if (!TryNumber(ref text, 4, '-', out int year) || !TryNumber(ref text, 2, '-', out int month) || !TryNumber(ref text, 2, '\0', out int day)) return null;
        if (year < 1970 || month is < 1 or > 12 || day < 1 || day > Days(year, month)) return null;
        long days = 0;
        for (int other = 1970; other < year; other++) days += DateTime.IsLeapYear(other) ? 366 : 365;
        for (int other = 1; other < month; other++) days += Days(year, other);
        long seconds = (days + day - 1) * SecondsOfDay;
        if (text.IsEmpty) return (seconds, 0);
        if (text[0] is not ('T' or 't' or ' ')) return null;
        text = text[1..];
        if (!TryNumber(ref text, 2, ':', out int hour) || !TryNumber(ref text, 2, '\0', out int minute) || hour > 23 || minute > 59) return null;
        int second = 0, fraction = 0;
        if (text.StartsWith(":"))
        {
            text = text[1..];
            if (!TryNumber(ref text, 2, '\0', out second) || second > 60) return null;
            if (text.StartsWith("."))
            {
                int end = text[1..].IndexOfAnyExceptInRange('0', '9');
                ReadOnlySpan<char> digits = end < 0 ? text[1..] : text.Slice(1, end);
                if (!TryFraction(digits, out fraction)) return null;
                text = text[(1 + digits.Length)..];
            }
        }
        seconds += hour * 3600 + minute * 60 + second;
        if (text.IsEmpty || text is "Z" or "z") return (seconds, fraction);
        int sign = text[0] switch { '+' => 1, '-' => -1, _ => 0 };
        text = text[1..];
        if (sign == 0 || !TryNumber(ref text, 2, ':', out int zoneHour) || !TryNumber(ref text, 2, '\0', out int zoneMinute) || !text.IsEmpty || zoneHour > 23 || zoneMinute > 59) return null;
        seconds -= sign * (zoneHour * 3600 + zoneMinute * 60);
        return seconds < 0 ? null : (seconds, fraction);
    }

    private static int Days(int year, int month) => month == 2 && DateTime.IsLeapYear(year) ? 29 : _daysOfMonth[month - 1];

    private static bool TryNumber(ref ReadOnlySpan<char> text, int digits, char after, out int number)
    {
        number = 0;
        if (text.Length < digits || !int.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out number)) return false;
        text = text[digits..];
        if (after == '\0') return true;
        if (text.IsEmpty || text[0] != after) return false;
        text = text[1..];
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<char> digits, out int nanoseconds)
    {
        const int Most = 9;
        nanoseconds = 0;
        if (digits.IsEmpty || digits.IndexOfAnyExceptInRange('0', '9') >= 0) return false;
        for (int i = 0; i < Most; i++) nanoseconds = nanoseconds * 10 + (i < digits.Length ? digits[i] - '0' : 0);
        return true;
    }
}
