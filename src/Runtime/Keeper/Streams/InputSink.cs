// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using Runcs.Supervision;

namespace Runcs.Keeper.Streams;

/// <summary>The program's input: the end of a pipe, or the master of its terminal.</summary>
internal sealed class InputSink : IDisposable
{
    private const long MostQueued = 256 << 10;

    private readonly EventLoop _loop;
    private readonly Fd _target;
    private readonly bool _isTerminal;
    private readonly Action _hasRoom;
    private readonly SendQueue _queue = new();
    private Watch? _watch;
    private bool _ends, _isClosed;

    /// <param name="target">Non-blocking, and this object's.</param>
    /// <param name="hasRoom">Called when it takes bytes again.</param>
    public InputSink(EventLoop loop, Fd target, bool isTerminal, Action hasRoom)
    {
        (_loop, _target, _isTerminal, _hasRoom) = (loop, target, isTerminal, hasRoom);
        Descriptors.TrySetNonBlocking(target.Value, true);
    }

    public bool HasRoom => _queue.Length < MostQueued;

    public void Give(ReadOnlySpan<byte> data)
    {
        if (_ends || _isClosed || data.IsEmpty) return;
        _queue.Add(data.ToArray());
        Send();
    }

    /// <summary>The program sees the end of its input, after all that has been given.</summary>
    public void End()
    {
        if (_isClosed) return;
        if (_isTerminal)
        {
            // The next attacher may go on; only a program that reads lines knows an end (termios(3)).
            if (!Terminals.TryGetAttributes(_target.Value, out Terminals.Termios modes).IsError && (modes.LocalModes & Terminals.Termios.ICANON) != 0)
                Give([modes.Characters[Terminals.Termios.VEOF]]);
            return;
        }
        _ends = true;
        Send();
    }

    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        _watch?.Dispose();
        _watch = null;
        _queue.Clear();
        _target.Dispose();
    }

    private void Send()
    {
        if (_isClosed) return;
        bool wasFull = !HasRoom;
        Errno errno = _queue.TrySend(_target.Value);
        if (errno.Value == Errno.EAGAIN) _watch ??= _loop.Add(_target.Value, PollEvents.POLLOUT, _ => Send());
        // EPIPE: the program has closed its input.
        else if (errno.IsError || _ends) Dispose();
        else
        {
            _watch?.Dispose();
            _watch = null;
        }
        if (wasFull && HasRoom) _hasRoom();
    }
}
