// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Terminal;

/// <summary>Bytes read and not yet written. Reads and writes may be partial.</summary>
public sealed class ByteQueue(int capacity)
{
    private readonly byte[] _bytes = new byte[capacity];
    private int _start, _end;

    public bool IsEmpty => _start == _end;

    public bool HasRoom => _end < _bytes.Length || _start > 0;

    /// <summary>The last byte added; null before the first.</summary>
    public byte? LastPut { get; private set; }

    /// <summary>One read from a descriptor; the count is 0 at its end.</summary>
    public Errno TryFill(int fd, out int count)
    {
        MakeRoom();
        Errno errno = Files.TryRead(fd, _bytes.AsSpan(_end), out count);
        if (count > 0) LastPut = _bytes[_end + count - 1];
        _end += count;
        return errno;
    }

    public void Put(byte value)
    {
        MakeRoom();
        LastPut = _bytes[_end++] = value;
    }

    /// <summary>One write to a descriptor of at most <paramref name="limit"/> bytes; unwritten bytes remain.</summary>
    public Errno TryDrain(int fd, int limit = int.MaxValue)
    {
        Errno errno = Files.TryWrite(fd, _bytes.AsSpan(_start, Math.Min(_end - _start, limit)), out int count);
        _start += count;
        if (IsEmpty) _start = _end = 0;
        return errno;
    }

    public void Clear() => _start = _end = 0;

    private void MakeRoom()
    {
        if (_end < _bytes.Length || _start == 0) return;
        _bytes.AsSpan(_start.._end).CopyTo(_bytes);
        (_start, _end) = (0, _end - _start);
    }
}
