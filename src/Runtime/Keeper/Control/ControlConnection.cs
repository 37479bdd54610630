// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using Runcs.Supervision;

namespace Runcs.Keeper.Control;

/// <summary>
/// One client of a keeper. For one that is behind the program's output is held back, but not for long: one that does not read is
/// dropped, so that it stalls nobody.
/// </summary>
internal sealed class ControlConnection : IDisposable
{
    // So much output may a client be behind before the output is held back, and before it is dropped.
    private const long Behind = 1 << 20, MostQueued = 4 << 20;

    // In milliseconds.
    private const long Patience = 2000;

    private readonly EventLoop _loop;

    private readonly ControlServer _server;
    private readonly Fd _socket;
    private readonly Watch _watch;
    private readonly MessageReader _received = new();
    private readonly SendQueue _toSend = new();
    private PollEvents _awaited = PollEvents.POLLIN;
    private Deadline? _patience;
    private bool _isPaused, _isClosed, _isBehind;

    public ControlConnection(EventLoop loop, ControlServer server, Fd socket)
    {
        (_loop, _server, _socket) = (loop, server, socket);
        _watch = loop.Add(socket.Value, PollEvents.POLLIN, Handle);
    }

    /// <summary>It gets the program's output.</summary>
    public bool IsAttached { get; set; }

    public bool IsFlushed => _toSend.IsEmpty;

    /// <param name="frame">A message; not changed afterwards.</param>
    public void Send(byte[] frame)
    {
        if (_isClosed) return;
        if (_toSend.Length + frame.Length > MostQueued)
        {
            Dispose();
            return;
        }
        bool wasEmpty = _toSend.IsEmpty;
        _toSend.Add(frame);
        if (wasEmpty) Flush();
        else Judge();
    }

    /// <summary>The program's input takes bytes again.</summary>
    public void Resume()
    {
        if (_isClosed || !_isPaused) return;
        _isPaused = false;
        TakeMessages();
    }

    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        _watch.Dispose();
        _socket.Dispose();
        _toSend.Clear();
        StopWaiting();
        _server.Forget(this);
    }

    private void Handle(PollEvents events)
    {
        if ((events & PollEvents.POLLOUT) != 0) Flush();
        if (_isClosed) return;
        if ((events & PollEvents.POLLIN) != 0 && !_isPaused) Read();
        // A client that has gone while its input is not taken: epoll(7) would report it until it is.
        else if ((events & (PollEvents.POLLHUP | PollEvents.POLLERR)) != 0) Dispose();
    }

    private void Read()
    {
        Errno errno = _received.TryFill(_socket.Value, out int count);
        if (errno.Value == Errno.EAGAIN) return;
        if (errno.IsError || count == 0) Dispose();
        else TakeMessages();
    }

    // Only input waits for the program, and what the same client has sent behind it.
    private void TakeMessages()
    {
        try
        {
            while (!_isClosed && !(_isPaused = _received.IsNext(MessageType.Input) && !_server.TakesInput) && _received.TryTake(out MessageType type, out ReadOnlySpan<byte> body))
                _server.Handle(this, type, body);
        }
        catch (RuncsException)
        {
            Dispose();
        }
        if (!_isClosed) Await();
    }

    private void Flush()
    {
        if (_toSend.IsEmpty) return;
        Errno errno = _toSend.TrySend(_socket.Value);
        if (errno.IsError && errno.Value != Errno.EAGAIN)
        {
            Dispose();
            return;
        }
        Await();
        Judge();
        if (_toSend.IsEmpty) _server.ReportFlushed();
    }

    // It is waited for once, until it has caught up.
    private void Judge()
    {
        bool isBehind = _toSend.Length > (_isBehind ? Behind / 2 : Behind);
        if (isBehind == _isBehind) return;
        _isBehind = isBehind;
        if (!isBehind)
        {
            StopWaiting();
            return;
        }
        _patience = _loop.After(Patience, StopWaiting);
        _server.Hold(true);
    }

    private void StopWaiting()
    {
        if (_patience == null) return;
        _patience.Dispose();
        _patience = null;
        _server.Hold(false);
    }

    private void Await()
    {
        PollEvents events = (_isPaused ? 0 : PollEvents.POLLIN) | (_toSend.IsEmpty ? 0 : PollEvents.POLLOUT);
        if (events == _awaited) return;
        _awaited = events;
        _watch.Await(events);
    }
}
