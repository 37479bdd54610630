// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Keeper.Logs;

/// <summary>Reads the records of a log from its files, one file after the other.</summary>
internal sealed class LogReader(LogDriver driver)
{
    // Records of the keeper are much shorter; what others have written may not be.
    private const int Longest = 1 << 20;

    private byte[] _buffer = new byte[64 << 10];
    private int _start, _end;

    /// <summary>Reads from the file's offset to its present end.</summary>
    /// <exception cref="RuncsException"/>
    public void Read(Fd file, LogRecordHandler handle)
    {
        while (true)
        {
            MakeRoom(handle);
            Errno errno = Files.TryRead(file.Value, _buffer.AsSpan(_end), out int count);
            errno.OrThrow("read", "log");
            if (count == 0) return;
            _end += count;
            if (driver == LogDriver.Plain) TakePlain(handle);
            else TakeRecords(handle);
        }
    }

    /// <summary>The file has ended in the middle of a record: its keeper was killed.</summary>
    public void EndFile() => _start = _end = 0;

    private void TakeRecords(LogRecordHandler handle)
    {
        while (true)
        {
            ReadOnlySpan<byte> rest = _buffer.AsSpan(_start, _end - _start);
            int length = rest.IndexOf((byte)'\n');
            if (length < 0) return;
            if (LogFormat.TryRead(rest[..length], out ReadOnlySpan<byte> time, out LogStream stream, out ReadOnlySpan<byte> text, out bool endsLine)) handle(time, stream, text, endsLine);
            _start += length + 1;
        }
    }

    private void TakePlain(LogRecordHandler handle)
    {
        ReadOnlySpan<byte> data = _buffer.AsSpan(_start, _end - _start);
        while (!data.IsEmpty)
        {
            ReadOnlySpan<byte> piece = LogFormat.TakePiece(ref data, out bool endsLine);
            handle(default, LogStream.Output, piece, endsLine);
        }
        _start = _end = 0;
    }

    private void MakeRoom(LogRecordHandler handle)
    {
        if (_end < _buffer.Length) return;
        if (_start == 0 && _buffer.Length < Longest) Array.Resize(ref _buffer, _buffer.Length * 2);
        else if (_start == 0) TakePlain(handle);
        else
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
    }
}
