// SPDX-License-Identifier: Apache-2.0
// ttrpc's PROTOCOL.md: a frame is a header of ten bytes (length, stream, type, flags; big endian) and its data.
using System;
using System.Buffers.Binary;
using Runcs.Native;
using Runcs.Supervision;

namespace Runcs.Shim.Ttrpc;

/// <summary>One connection of ttrpc as frames. Reading and writing never wait.</summary>
internal sealed class FrameStream : IDisposable
{
    /// <summary>The most data of one frame.</summary>
    public const int LargestData = 4 << 20;

    // What a peer that does not read may leave here.
    private const int LargestBacklog = 16 << 20;
    private const int Header = 10, Smallest = 4096, Kept = 64 << 10;

    private readonly Fd _socket;
    private readonly Watch _watch;
    private readonly SendQueue _backlog = new();
    private byte[] _input = new byte[Smallest];
    private int _length;
    private uint _skipped;
    private bool _closed, _waitsToSend;

    /// <param name="loop">Calls the handlers.</param>
    /// <param name="socket">Non-blocking; this object's.</param>
    public FrameStream(EventLoop loop, Fd socket)
    {
        _socket = socket;
        _watch = loop.Add(socket.Value, PollEvents.POLLIN, Handle);
    }

    /// <summary>Called with each frame: its stream, type, flags and data, which are valid during the call.</summary>
    public FrameHandler? Received { get; set; }

    /// <summary>Called with the stream of each frame that has more data than allowed. Its data is skipped.</summary>
    public Action<uint>? Oversized { get; set; }

    /// <summary>Called once when the peer has closed the connection, or it has failed.</summary>
    public Action? Closed { get; set; }

    /// <inheritdoc cref="Received"/>
    public delegate void FrameHandler(uint stream, FrameType type, byte flags, ReadOnlySpan<byte> data);

    public bool IsOpen => !_closed;

    /// <summary>Sends a frame, now or when the peer reads.</summary>
    public void Send(uint stream, FrameType type, byte flags, ReadOnlySpan<byte> data)
    {
        if (_closed) return;
        var frame = new byte[Header + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), stream);
        (frame[8], frame[9]) = ((byte)type, flags);
        data.CopyTo(frame.AsSpan(Header));
        if (_backlog.Length + frame.Length > LargestBacklog)
        {
            Close();
            return;
        }
        bool wasEmpty = _backlog.IsEmpty;
        _backlog.Add(frame);
        if (wasEmpty) Flush();
    }

    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _watch.Dispose();
        _socket.Dispose();
        _backlog.Clear();
    }

    private void Close()
    {
        if (_closed) return;
        Dispose();
        Closed?.Invoke();
    }

    private void Handle(PollEvents events)
    {
        if ((events & PollEvents.POLLOUT) != 0) Flush();
        if ((events & ~PollEvents.POLLOUT) != 0 && !_closed) Read();
    }

    private void Flush()
    {
        Errno errno = _backlog.TrySend(_socket.Value);
        if (errno.IsError && errno.Value != Errno.EAGAIN) Close();
        else Await(sending: !_backlog.IsEmpty);
    }

    private void Await(bool sending)
    {
        if (sending == _waitsToSend) return;
        _waitsToSend = sending;
        _watch.Await(sending ? PollEvents.POLLIN | PollEvents.POLLOUT : PollEvents.POLLIN);
    }

    private void Read()
    {
        Errno errno = Files.TryRead(_socket.Value, _input.AsSpan(_length), out int count);
        if (errno.Value == Errno.EAGAIN) return;
        if (errno.IsError || count == 0)
        {
            Close();
            return;
        }
        _length += count;
        int start = 0;
        while (!_closed && TryTake(ref start)) { }
        if (_closed) return;
        _input.AsSpan(start, _length - start).CopyTo(_input);
        _length -= start;
        Resize();
    }

    // Takes one frame, or a part of one that is skipped.
    private bool TryTake(ref int start)
    {
        ReadOnlySpan<byte> rest = _input.AsSpan(start, _length - start);
        if (_skipped > 0)
        {
            int part = (int)Math.Min(_skipped, (uint)rest.Length);
            _skipped -= (uint)part;
            start += part;
            return part > 0;
        }
        if (rest.Length < Header) return false;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(rest), stream = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]);
        if (length > LargestData)
        {
            _skipped = length;
            start += Header;
            Oversized?.Invoke(stream);
            return true;
        }
        if (rest.Length < Header + (int)length) return false;
        Received?.Invoke(stream, (FrameType)rest[8], rest[9], rest.Slice(Header, (int)length));
        start += Header + (int)length;
        return true;
    }

    // For the frame that has begun; a large buffer is not kept.
    private void Resize()
    {
        int needed = _length < Header || _skipped > 0 ? Smallest : Header + BinaryPrimitives.ReadInt32BigEndian(_input);
        if (needed > _input.Length) Array.Resize(ref _input, needed);
        else if (_input.Length > Kept && _length < Smallest && needed <= Smallest) Array.Resize(ref _input, Smallest);
    }
}
