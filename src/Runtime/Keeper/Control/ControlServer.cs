// SPDX-License-Identifier: Apache-2.0
using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Runcs.Native;
using Runcs.Supervision;

namespace Runcs.Keeper.Control;

/// <summary>The keeper's side of its socket: all connections of attachers and waiters.</summary>
internal sealed class ControlServer : IDisposable
{
    private readonly EventLoop _loop;
    private readonly Fd _listening;
    private readonly Watch _watch;
    private readonly IControlHandler _handler;
    private readonly List<ControlConnection> _connections = [];
    private int _attached, _behind;

    public ControlServer(EventLoop loop, Fd listening, IControlHandler handler)
    {
        (_loop, _listening, _handler) = (loop, listening, handler);
        _watch = loop.Add(listening.Value, PollEvents.POLLIN, _ => Accept());
    }

    /// <summary>Called when no connection has anything left to send.</summary>
    public Action? Flushed { get; set; }

    /// <summary>Output of the program, for all attachers.</summary>
    public void Broadcast(MessageType type, ReadOnlySpan<byte> data)
    {
        if (_attached == 0) return;
        byte[] frame = MessageReader.Frame(type, data);
        for (int i = _connections.Count - 1; i >= 0; i--)
            if (_connections[i].IsAttached) _connections[i].Send(frame);
    }

    /// <summary>The container has ended: all get its exit code, and no one else is accepted.</summary>
    public void End(int exitCode)
    {
        _watch.Dispose();
        _listening.Dispose();
        Span<byte> code = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(code, exitCode);
        byte[] frame = MessageReader.Frame(MessageType.Ended, code);
        for (int i = _connections.Count - 1; i >= 0; i--) _connections[i].Send(frame);
        ReportFlushed();
    }

    /// <summary>The program's input takes bytes again.</summary>
    public void ResumeInput()
    {
        for (int i = _connections.Count - 1; i >= 0; i--) _connections[i].Resume();
    }

    public void Dispose()
    {
        for (int i = _connections.Count - 1; i >= 0; i--) _connections[i].Dispose();
        _watch.Dispose();
        _listening.Dispose();
    }

    public bool HoldsOutput => _behind > 0;

    internal bool TakesInput => _handler.TakesInput;

    internal void Handle(ControlConnection connection, MessageType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case MessageType.Attach:
                if (!connection.IsAttached) _attached++;
                connection.IsAttached = true;
                connection.Send(MessageReader.Frame(MessageType.Attached, [(byte)_handler.Flags]));
                break;
            case MessageType.Input:
                _handler.GiveInput(body);
                break;
            case MessageType.EndOfInput:
                _handler.EndInput();
                break;
            case MessageType.Resize when body.Length == 4:
                _handler.Resize(BinaryPrimitives.ReadUInt16LittleEndian(body), BinaryPrimitives.ReadUInt16LittleEndian(body[2..]));
                break;
            case MessageType.EndRestarts:
                connection.Send(MessageReader.Frame(MessageType.RestartsEnded, [_handler.EndRestarts() ? (byte)1 : (byte)0]));
                break;
        }
    }

    /// <summary>The program's output is left where it is until as many calls with false have been made.</summary>
    internal void Hold(bool holds)
    {
        _behind += holds ? 1 : -1;
        if (_behind == (holds ? 1 : 0)) _handler.HoldOutput(holds);
    }

    internal void Forget(ControlConnection connection)
    {
        _connections.Remove(connection);
        if (connection.IsAttached) _attached--;
        ReportFlushed();
    }

    internal void ReportFlushed()
    {
        if (_connections.TrueForAll(connection => connection.IsFlushed)) Flushed?.Invoke();
    }

    private void Accept()
    {
        while (!UnixSockets.TryAccept(_listening.Value, out Fd? accepted).IsError) _connections.Add(new ControlConnection(_loop, this, accepted!));
    }
}
