// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;

namespace Runcs.Keeper.Logs;

/// <summary>
/// The records that <c>logs</c> prints: those since a time, and of them the last lines. All records are counted first
/// (<see cref="Count"/>), then taken in the same order (<see cref="Take"/>), and those that are written later after them.
/// </summary>
/// <param name="since">A time as records have it; "" for all.</param>
/// <param name="tail">The number of lines; -1 for all.</param>
internal sealed class LogSelection(string since, long tail)
{
    private readonly byte[] _since = Encoding.ASCII.GetBytes(since);
    private readonly bool[] _isOpen = new bool[(int)LogStream.Error + 1];
    private readonly List<(LogStream Stream, byte[] Time, byte[] Text)> _held = [];
    private long _lines, _toSkip;

    /// <summary>The records must be counted before they are taken.</summary>
    public bool Counts => tail >= 0;

    public void Count(ReadOnlySpan<byte> time, LogStream stream, ReadOnlySpan<byte> text, bool endsLine)
    {
        if (IsBefore(time)) return;
        if (endsLine) _lines++;
        _isOpen[(int)stream] = !endsLine;
    }

    /// <summary>All records have been counted.</summary>
    public void Begin()
    {
        foreach (bool isOpen in _isOpen) _lines += isOpen ? 1 : 0;
        _toSkip = Counts ? Math.Max(_lines - tail, 0) : 0;
    }

    /// <param name="print">Called with the records that are selected.</param>
    public void Take(ReadOnlySpan<byte> time, LogStream stream, ReadOnlySpan<byte> text, bool endsLine, LogRecordHandler print)
    {
        if (IsBefore(time)) return;
        if (_toSkip == 0)
        {
            print(time, stream, text, endsLine);
            return;
        }
        // The beginning of a line is held until it is known whether the line is one of the last.
        if (!endsLine)
        {
            _held.Add((stream, time.ToArray(), text.ToArray()));
            return;
        }
        _held.RemoveAll(record => record.Stream == stream);
        if (--_toSkip > 0) return;
        foreach ((LogStream other, byte[] itsTime, byte[] itsText) in _held) print(itsTime, other, itsText, false);
        _held.Clear();
    }

    // All times have the same form.
    private bool IsBefore(ReadOnlySpan<byte> time) => _since.Length > 0 && time.SequenceCompareTo(_since) < 0;
}
