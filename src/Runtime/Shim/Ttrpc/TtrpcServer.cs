// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.Protobuf;
using Runcs.Shim.Messages;
using Runcs.Supervision;

namespace Runcs.Shim.Ttrpc;

/// <summary>
/// Accepts connections and passes on their unary calls, the only kind of the task service. A client has no other right than
/// ours: its uid and gid must be this process's.
/// </summary>
internal sealed class TtrpcServer : IDisposable
{
    private const byte RemoteOpen = 2;
    private const long Pause = 100;

    private readonly EventLoop _loop;
    private readonly Fd _listening;
    private readonly Action<TtrpcCall> _called;
    private readonly Watch _watch;
    private readonly HashSet<FrameStream> _connections = [];

    /// <param name="loop">Calls the handlers.</param>
    /// <param name="listening">Non-blocking; this object's.</param>
    /// <param name="called">Called with each request.</param>
    public TtrpcServer(EventLoop loop, Fd listening, Action<TtrpcCall> called)
    {
        (_loop, _listening, _called) = (loop, listening, called);
        _watch = loop.Add(listening.Value, PollEvents.POLLIN, _ => Accept());
    }

    /// <summary>Called when the last connection has been closed.</summary>
    public Action? Deserted { get; set; }

    public bool HasConnections => _connections.Count > 0;

    public void Dispose()
    {
        _watch.Dispose();
        _listening.Dispose();
        foreach (FrameStream connection in _connections) connection.Dispose();
        _connections.Clear();
    }

    private void Accept()
    {
        Errno errno = UnixSockets.TryAccept(_listening.Value, out Fd? socket);
        // Until a descriptor is free the connection waits, and the loop is not called for it all the time.
        if (errno.Value is Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM)
        {
            _watch.Await(0);
            _loop.After(Pause, () => _watch.Await(PollEvents.POLLIN));
        }
        if (errno.IsError) return;
        if (UnixSockets.TryGetPeer(socket!.Value, out UnixSockets.Peer peer).IsError || peer.Uid != Processes.EffectiveUid() || peer.Gid != Processes.EffectiveGid())
        {
            Log.Warn($"connection of uid {peer.Uid}, gid {peer.Gid} refused");
            socket.Dispose();
            return;
        }
        var connection = new FrameStream(_loop, socket);
        uint last = 0;
        connection.Received = (stream, type, flags, data) => Take(connection, ref last, stream, type, flags, data);
        connection.Oversized = stream => Refuse(connection, stream, StatusCode.ResourceExhausted, $"message exceeds {FrameStream.LargestData} bytes");
        connection.Closed = () =>
        {
            _connections.Remove(connection);
            if (_connections.Count == 0) Deserted?.Invoke();
        };
        _connections.Add(connection);
    }

    private void Take(FrameStream connection, ref uint last, uint stream, FrameType type, byte flags, ReadOnlySpan<byte> data)
    {
        switch (type)
        {
            case FrameType.Request when stream % 2 == 0 || stream <= last:
                Refuse(connection, stream, StatusCode.InvalidArgument, $"stream id {stream} must be odd and greater than {last}");
                return;
            case FrameType.Request when (flags & RemoteOpen) != 0:
                last = stream;
                Refuse(connection, stream, StatusCode.Unimplemented, "no method takes a stream");
                return;
            case FrameType.Request:
                last = stream;
                Request? request = Request.Read(data);
                if (request == null) Refuse(connection, stream, StatusCode.InvalidArgument, "the request is malformed");
                else Call(new TtrpcCall(connection, stream, request));
                return;
            case FrameType.Data:
                Refuse(connection, stream, StatusCode.InvalidArgument, $"stream {stream} is not active");
                return;
        }
    }

    private void Call(TtrpcCall call)
    {
        try
        {
            _called(call);
        }
#pragma warning disable CA1031 // Every failure is an answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            call.Fail(StatusCode.Unknown, FailureReason.Of(e));
        }
    }

    private static void Refuse(FrameStream connection, uint stream, StatusCode code, string message) =>
        connection.Send(stream, FrameType.Response, 0, new Response { Status = new Status { Code = code, Message = message } }.ToBytes());
}
