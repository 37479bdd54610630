// SPDX-License-Identifier: Apache-2.0
using System;
using System.Buffers.Binary;
using Runcs.Native;

namespace Runcs.Keeper.Control;

/// <summary>Takes messages from a socket.</summary>
internal sealed class MessageReader
{
    public const int Head = 5, LongestBody = 64 << 10;

    private byte[] _buffer = new byte[512];
    private int _start, _end;

    /// <summary>The next message, of which the beginning has been read, has this type.</summary>
    public bool IsNext(MessageType type) => _end > _start && _buffer[_start] == (byte)type;

    /// <summary>One read.</summary>
    /// <param name="count">0 at the end.</param>
    public Errno TryFill(int socket, out int count)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 4);
        Errno errno = Files.TryRead(socket, _buffer.AsSpan(_end), out count);
        _end += count;
        return errno;
    }

    /// <summary>The next message, if it has been read whole.</summary>
    /// <param name="body">Valid until the next read.</param>
    /// <exception cref="RuncsException">It is longer than any message is.</exception>
    public bool TryTake(out MessageType type, out ReadOnlySpan<byte> body)
    {
        type = default;
        body = default;
        ReadOnlySpan<byte> rest = _buffer.AsSpan(_start, _end - _start);
        if (rest.Length < Head) return false;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest[1..]);
        if (length > LongestBody) throw new RuncsException($"a message of {length} bytes on the keeper's socket");
        if (rest.Length < Head + length) return false;
        type = (MessageType)rest[0];
        body = rest.Slice(Head, (int)length);
        _start += Head + (int)length;
        return true;
    }

    /// <summary>A message as it is on the socket.</summary>
    public static byte[] Frame(MessageType type, ReadOnlySpan<byte> body)
    {
        var frame = new byte[Head + body.Length];
        frame[0] = (byte)type;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(1), body.Length);
        body.CopyTo(frame.AsSpan(Head));
        return frame;
    }
}
