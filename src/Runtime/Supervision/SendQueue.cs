// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Supervision;

/// <summary>Bytes that a descriptor has not taken yet.</summary>
public sealed class SendQueue
{
    private readonly Queue<byte[]> _parts = new();
    private int _offset;

    /// <summary>The number of bytes.</summary>
    public long Length { get; private set; }

    public bool IsEmpty => _parts.Count == 0;

    /// <param name="part">Not changed afterwards.</param>
    public void Add(byte[] part)
    {
        if (part.Length == 0) return;
        _parts.Enqueue(part);
        Length += part.Length;
    }

    /// <summary>Writes what the descriptor takes.</summary>
    /// <returns>EAGAIN if it takes no more for now.</returns>
    public Errno TrySend(int descriptor)
    {
        while (_parts.TryPeek(out byte[]? part))
        {
            Errno errno = Files.TryWrite(descriptor, part.AsSpan(_offset), out int count);
            if (errno.IsError) return errno;
            _offset += count;
            Length -= count;
            if (_offset < part.Length) continue;
            _parts.Dequeue();
            _offset = 0;
        }
        return Errno.None;
    }

    public void Clear()
    {
        _parts.Clear();
        (_offset, Length) = (0, 0);
    }
}
