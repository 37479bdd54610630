// SPDX-License-Identifier: Apache-2.0
using System;
using System.Buffers.Binary;
using Runcs.Containers.Storage;
using Runcs.Native;
using Runcs.Supervision;

namespace Runcs.Keeper.Control;

/// <summary>A command's connection to a keeper. Non-blocking.</summary>
internal sealed class ControlClient : IDisposable
{
    private readonly Fd _socket;
    private readonly MessageReader _received = new();
    private readonly SendQueue _toSend = new();

    private ControlClient(Fd socket) => _socket = socket;

    public int Descriptor => _socket.Value;

    /// <summary>The exit code of the container; null while it is unknown.</summary>
    public int? Outcome { get; private set; }

    /// <summary>The keeper has closed the connection.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Messages wait for the socket.</summary>
    public bool HasToSend => !_toSend.IsEmpty;

    /// <returns>Null if no keeper listens: it has ended.</returns>
    /// <exception cref="RuncsException"/>
    public static ControlClient? TryConnect(string root, string id)
    {
        string path = StateDirectory.KeeperSocket(root, id);
        Errno errno = UnixSockets.TryConnect(path, out Fd? socket);
        if (errno.Value is Errno.ENOENT or Errno.ECONNREFUSED) return null;
        errno.OrThrow("connect", path);
        Descriptors.TrySetNonBlocking(socket!.Value, true);
        return new ControlClient(socket);
    }

    public void Send(MessageType type, ReadOnlySpan<byte> body)
    {
        _toSend.Add(MessageReader.Frame(type, body));
        Flush();
    }

    /// <summary>Sends what waits.</summary>
    public void Flush()
    {
        Errno errno = _toSend.TrySend(_socket.Value);
        // What the keeper has sent before it closed its end is still there.
        if (errno.IsError && errno.Value != Errno.EAGAIN) _toSend.Clear();
    }

    /// <summary>Takes a message; false if there is none now, or no more.</summary>
    /// <exception cref="RuncsException"/>
    public bool TryReceive(out MessageType type, out ReadOnlySpan<byte> body)
    {
        while (!_received.TryTake(out type, out body))
        {
            if (IsClosed) return false;
            Errno errno = _received.TryFill(_socket.Value, out int count);
            if (errno.Value == Errno.EAGAIN) return false;
            IsClosed = errno.IsError || count == 0;
        }
        if (type == MessageType.Ended && body.Length == sizeof(int)) Outcome = BinaryPrimitives.ReadInt32LittleEndian(body);
        return true;
    }

    /// <summary>Takes what has come, and passes over all but the last message.</summary>
    /// <returns>The exit code is known, or the keeper has gone.</returns>
    /// <exception cref="RuncsException"/>
    public bool TryReceiveOutcome()
    {
        while (TryReceive(out _, out _)) { }
        return Outcome != null || IsClosed;
    }

    public void Dispose() => _socket.Dispose();
}
