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
/// Publishes events to containerd in their order, one after the other. While containerd is away they are kept. An event is sent
/// again only when the connection has ended before its answer: then it is another containerd that gets it, so none gets it twice.
/// </summary>
internal sealed class EventPublisher : IDisposable
{
    private const string Service = "containerd.services.events.ttrpc.v1.Events", Method = "Forward";
    private const long ShortestPause = 50, LongestPause = 1000;
    private const int MostRefusals = 5, MostEvents = 16 << 10;

    private readonly EventLoop _loop;
    private readonly string _address, _namespace;
    private readonly LinkedList<Envelope> _events = new();
    private FrameStream? _connection;
    private Deadline? _deadline;
    private uint _stream;
    private long _pause = ShortestPause;
    private int _refusals;
    private bool _isSent;

    /// <param name="loop">Calls back.</param>
    /// <param name="address">The path of containerd's socket; "" to publish nothing.</param>
    /// <param name="containerdNamespace">Of the containers.</param>
    public EventPublisher(EventLoop loop, string address, string containerdNamespace) => (_loop, _address, _namespace) = (loop, address, containerdNamespace);

    /// <summary>Nothing is left to be sent.</summary>
    public bool IsDone => _events.Count == 0;

    /// <summary>Called when the last event has been taken.</summary>
    public Action? Drained { get; set; }

    public void Publish(ITaskEvent next)
    {
        if (_address.Length == 0) return;
        if (_events.Count == MostEvents)
        {
            Log.Warn($"event dropped, containerd is away for too long: {_events.First!.Value.Topic}");
            if (_isSent) _events.Remove(_events.First.Next!);
            else _events.RemoveFirst();
        }
        (long seconds, int nanoseconds) = Clock.Now();
        _events.AddLast(new Envelope
        {
            Timestamp = new UnixTime(seconds, nanoseconds),
            Namespace = _namespace,
            Topic = next.Topic,
            Event = Any.Of(next.TypeName, next),
        });
        if (_deadline == null && !_isSent) Send();
    }

    public void Dispose()
    {
        _deadline?.Dispose();
        _connection?.Dispose();
    }

    // The first event is on its way, or a pause is over.
    private void Send()
    {
        if (_events.Count == 0) return;
        if (_connection is not { IsOpen: true } && !TryConnect()) return;
        _isSent = true;
        _stream = _stream == 0 ? 1 : _stream + 2;
        var call = new Request
        {
            Service = Service,
            Method = Method,
            Payload = new ForwardRequest { Envelope = _events.First!.Value }.ToBytes(),
            Metadata = [new KeyValue { Key = "containerd-namespace-ttrpc", Value = _namespace }],
        };
        _connection!.Send(_stream, FrameType.Request, 0, call.ToBytes());
    }

    private bool TryConnect()
    {
        if (UnixSockets.TryConnectNonBlocking(_address, out Fd? socket).IsError)
        {
            _pause = Math.Min(_pause * 2, LongestPause);
            _deadline = _loop.After(_pause, Retry);
            return false;
        }
        _pause = ShortestPause;
        _stream = 0;
        _connection = new FrameStream(_loop, socket!) { Received = Take, Closed = Disconnect };
        return true;
    }

    private void Take(uint stream, FrameType type, byte flags, ReadOnlySpan<byte> data)
    {
        if (type != FrameType.Response || stream != _stream || !_isSent) return;
        Response? response = Response.Read(data);
        EndWait();
        if (response is { Status: null or { Code: StatusCode.Ok } } || ++_refusals > MostRefusals)
        {
            if (_refusals > MostRefusals) Log.Warn($"event refused by containerd: {_events.First!.Value.Topic}: {response?.Status?.Message}");
            _refusals = 0;
            _events.RemoveFirst();
            if (_events.Count == 0) Drained?.Invoke();
            else Send();
            return;
        }
        _deadline = _loop.After(_refusals * LongestPause, Retry);
    }

    private void Disconnect()
    {
        _connection?.Dispose();
        _connection = null;
        EndWait();
        if (_events.Count > 0) _deadline = _loop.After(_pause, Retry);
    }

    private void Retry()
    {
        _deadline = null;
        Send();
    }

    private void EndWait()
    {
        _isSent = false;
        _deadline?.Dispose();
        _deadline = null;
    }
}
