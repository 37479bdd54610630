// SPDX-License-Identifier: Apache-2.0
using System;
using System.Buffers.Binary;
using Runcs.Keeper.Control;
using Runcs.Native;
using Runcs.Terminal;

namespace Runcs.Keeper.Attach;

/// <summary>The loop of <c>attach</c>, over poll(2): the keeper's socket, the caller's input, signals.</summary>
internal sealed class AttachSession : IDisposable
{
    private const int SIGUSR1 = 10, SIGUSR2 = 12, SignalBase = 128, Chunk = 16 << 10;

    private readonly ControlClient _keeper;
    private readonly DetachKeys _keys;
    private readonly Action<int>? _forward;
    private readonly Fd _signals;
    private readonly Signals.Set _before;
    private readonly byte[] _buffer = new byte[Chunk];
    private AttachFlags _flags;
    private RawMode? _raw;
    private bool _givesInput, _isAttached;
    private int? _result;

    public AttachSession(ControlClient keeper, DetachKeys keys, bool givesInput, Action<int>? forward)
    {
        (_keeper, _keys, _givesInput, _forward) = (keeper, keys, givesInput, forward);
        Signals.Set taken = default(Signals.Set).With(Processes.SIGHUP).With(Processes.SIGINT).With(Signals.SIGQUIT).With(Processes.SIGTERM)
            .With(SIGUSR1).With(SIGUSR2).With(Processes.SIGWINCH).With(Processes.SIGCONT);
        _signals = Signals.Open(taken);
        _before = Signals.Block(taken);
    }

    private bool HasTerminal => (_flags & AttachFlags.Terminal) != 0;

    /// <returns>The exit code; null if the keeper has gone without one.</returns>
    /// <exception cref="RuncsException"/>
    public int? Run()
    {
        _keeper.Send(MessageType.Attach, []);
        Span<Descriptors.PollFd> entries = stackalloc Descriptors.PollFd[3];
        while (_result == null)
        {
            entries[0] = new() { Fd = _keeper.Descriptor, Events = PollEvents.POLLIN | (_keeper.HasToSend ? PollEvents.POLLOUT : 0) };
            entries[1] = new() { Fd = _signals.Value, Events = PollEvents.POLLIN };
            // What has been read waits for the keeper first.
            entries[2] = new() { Fd = _isAttached && _givesInput && !_keeper.HasToSend ? StandardStreams.Input : -1, Events = PollEvents.POLLIN };
            Errno errno = Descriptors.TryPoll(entries, -1, out _);
            if (errno.IsError && errno.Value != Errno.EINTR) throw errno.Failure("poll", "");
            if (errno.IsError) continue;
            if (entries[1].Returned != 0) TakeSignals();
            if ((entries[0].Returned & PollEvents.POLLOUT) != 0) _keeper.Flush();
            if ((entries[0].Returned & ~PollEvents.POLLOUT) != 0 && !TakeMessages()) return _keeper.Outcome;
            if (entries[2].Returned != 0) TakeInput();
        }
        return _result;
    }

    public void Dispose()
    {
        _raw?.Dispose();
        while (Signals.TryTake(_signals.Value, out _)) { }
        Signals.SetMask(_before);
        _signals.Dispose();
    }

    // False at the end.
    private bool TakeMessages()
    {
        while (_result == null && _keeper.TryReceive(out MessageType type, out ReadOnlySpan<byte> body))
        {
            if (type == MessageType.Attached && body.Length > 0) Begin((AttachFlags)body[0]);
            else if (type == MessageType.Output) Print(StandardStreams.Output, body);
            else if (type == MessageType.Error) Print(StandardStreams.Error, body);
        }
        return _keeper.Outcome == null && !_keeper.IsClosed;
    }

    private void Begin(AttachFlags flags)
    {
        (_flags, _isAttached) = (flags, true);
        _givesInput &= (flags & AttachFlags.Interactive) != 0;
        if (HasTerminal && _givesInput) _raw = RawMode.TryEnter(StandardStreams.Input);
        Resize();
    }

    private void Resize()
    {
        for (int stream = StandardStreams.Input; HasTerminal && stream <= StandardStreams.Error; stream++)
        {
            if (Terminals.TryGetSize(stream, out Terminals.WindowSize size).IsError) continue;
            Span<byte> body = stackalloc byte[4];
            BinaryPrimitives.WriteUInt16LittleEndian(body, size.Rows);
            BinaryPrimitives.WriteUInt16LittleEndian(body[2..], size.Columns);
            // A terminal without a size, as a serial line, changes nothing.
            if (size.Rows != 0 || size.Columns != 0) _keeper.Send(MessageType.Resize, body);
            return;
        }
    }

    private void TakeInput()
    {
        Errno errno = Files.TryRead(StandardStreams.Input, _buffer, out int count);
        if (errno.Value == Errno.EAGAIN) return;
        if (errno.IsError || count == 0)
        {
            _givesInput = false;
            // In raw mode a terminal has no other end than its hangup.
            if (_raw == null) _keeper.Send(MessageType.EndOfInput, []);
            return;
        }
        // Only a user types keys: a file may have these bytes.
        ReadOnlySpan<byte> input = Terminals.IsTerminal(StandardStreams.Input) ? _keys.Pass(_buffer.AsSpan(0, count)) : _buffer.AsSpan(0, count);
        if (!input.IsEmpty) _keeper.Send(MessageType.Input, input);
        if (_keys.AreComplete) _result = 0;
    }

    private void TakeSignals()
    {
        while (Signals.TryTake(_signals.Value, out Signals.Arrival arrival))
        {
            switch (arrival.Signal)
            {
                case Processes.SIGWINCH:
                    Resize();
                    break;
                case Processes.SIGCONT:
                    _raw?.Reenter();
                    Resize();
                    break;
                case var signal when _forward != null && !HasTerminal && signal != Processes.SIGHUP:
                    _forward(signal);
                    break;
                case var signal:
                    _result = SignalBase + signal;
                    break;
            }
        }
    }

    // A caller that does not read is dropped by the keeper, so this may block.
    private void Print(int stream, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            Errno errno = Files.TryWrite(stream, data, out int count);
            if (errno.Value == Errno.EAGAIN)
            {
                Descriptors.PollFd entry = new() { Fd = stream, Events = PollEvents.POLLOUT };
                Descriptors.TryPoll(new(ref entry), -1, out _);
                continue;
            }
            if (errno.IsError)
            {
                // Nobody reads any more.
                _result = errno.Value == Errno.EPIPE ? 0 : throw errno.Failure("write", stream == StandardStreams.Output ? "standard output" : "standard error");
                return;
            }
            data = data[count..];
        }
    }
}
