// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;
using Runcs.Diagnostics;

namespace Runcs.Keeper.Logs;

/// <summary>
/// One record of the CRI log format: <c>2026-11-30T12:00:00.123456789Z stdout F text</c>. F ends a line, P is a part of one. A line
/// longer than <see cref="LongestPiece"/> has several records, as has one that the program writes in parts: what it has written is
/// in the log at once.
/// </summary>
internal static class LogFormat
{
    public const int LongestPiece = 16 << 10, TimeLength = 30;

    /// <summary>The bytes of a record beside its text: time, stream, tag, the spaces behind them and the line end.</summary>
    public const int Overhead = TimeLength + 1 + 6 + 1 + 1 + 1 + 1;

    /// <summary>Takes the text of the next record from the data.</summary>
    /// <param name="data">Output of the program, not empty; what remains.</param>
    /// <param name="endsLine">A line end followed, which is taken too.</param>
    public static ReadOnlySpan<byte> TakePiece(ref ReadOnlySpan<byte> data, out bool endsLine)
    {
        int end = data[..Math.Min(data.Length, LongestPiece + 1)].IndexOf((byte)'\n');
        endsLine = end >= 0;
        int length = endsLine ? end : Math.Min(data.Length, LongestPiece);
        ReadOnlySpan<byte> piece = data[..length];
        data = data[(endsLine ? length + 1 : length)..];
        return piece;
    }

    /// <param name="target">At least the text's length and <see cref="Overhead"/>.</param>
    /// <param name="time">Of <see cref="Time"/>.</param>
    /// <param name="stream">The program's.</param>
    /// <param name="text">Without its line end.</param>
    /// <param name="endsLine">The tag.</param>
    /// <returns>The length of the record.</returns>
    public static int Write(Span<byte> target, ReadOnlySpan<byte> time, LogStream stream, ReadOnlySpan<byte> text, bool endsLine)
    {
        time.CopyTo(target);
        (stream == LogStream.Output ? " stdout "u8 : " stderr "u8).CopyTo(target[TimeLength..]);
        target[TimeLength + 8] = endsLine ? (byte)'F' : (byte)'P';
        target[TimeLength + 9] = (byte)' ';
        text.CopyTo(target[(TimeLength + 10)..]);
        target[TimeLength + 10 + text.Length] = (byte)'\n';
        return text.Length + Overhead;
    }

    /// <summary>A time as records have it.</summary>
    public static byte[] Time(long seconds, int nanoseconds) => Encoding.ASCII.GetBytes(Timestamp.Whole(seconds, nanoseconds));

    /// <summary>Reads a record.</summary>
    /// <param name="line">Without its line end.</param>
    /// <returns>False if it is none: a program of others has written to the file.</returns>
    public static bool TryRead(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> time, out LogStream stream, out ReadOnlySpan<byte> text, out bool endsLine)
    {
        time = text = default;
        (stream, endsLine) = (LogStream.Output, true);
        int space = line.IndexOf((byte)' ');
        if (space < 0) return false;
        time = line[..space];
        ReadOnlySpan<byte> rest = line[(space + 1)..];
        bool isError = rest.StartsWith("stderr "u8);
        if (!isError && !rest.StartsWith("stdout "u8)) return false;
        rest = rest[7..];
        if (rest.Length < 2 || rest[0] is not ((byte)'F' or (byte)'P') || rest[1] != (byte)' ') return false;
        (stream, endsLine) = (isError ? LogStream.Error : LogStream.Output, rest[0] == (byte)'F');
        text = rest[2..];
        return true;
    }
}
