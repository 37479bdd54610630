// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;
using Runcs.Native;

namespace Runcs.Terminal;

/// <summary>
/// Sends a terminal's master out of the container: to the caller's socket (<c>--console-socket</c>: one message, whose
/// text receivers ignore and whose descriptor they keep), or to our own parent, which then relays the terminal.
/// </summary>
public sealed class ConsoleSocket : IDisposable
{
    // Longer than any name that is sent.
    private const int NameLimit = 256;

    private readonly Fd _socket;

    private ConsoleSocket(Fd socket) => _socket = socket;

    /// <summary>
    /// Connects to the caller's socket; the path may be longer than sun_path. Called by the parent before the clone,
    /// since the path is on the host.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public static ConsoleSocket Connect(string path)
    {
        Errno errno = UnixSockets.TryConnect(path, out Fd? socket);
        errno.OrThrow("--console-socket", "connect", path);
        return new(socket!);
    }

    /// <summary>
    /// One end for the parent, which receives, and one for the child. Each closes the other's end after the clone.
    /// </summary>
    public static (ConsoleSocket Parent, ConsoleSocket Child) Pair()
    {
        (Fd parent, Fd child) = UnixSockets.Pair();
        return (new(parent), new(child));
    }

    /// <summary>Sends the master.</summary>
    /// <exception cref="RuncsException"/>
    public void Send(Pty pty)
    {
        Errno errno = UnixSockets.TrySendFd(_socket.Value, pty.Master.Value, Encoding.UTF8.GetBytes(pty.Name));
        errno.OrThrow("process.terminal", "sendmsg", "console socket");
    }

    /// <summary>Waits for the master; null if the other end closes without sending one, because the child has failed.</summary>
    /// <exception cref="RuncsException"/>
    public Fd? Receive()
    {
        Span<byte> name = stackalloc byte[NameLimit];
        Errno errno = UnixSockets.TryReceiveFd(_socket.Value, name, out _, out Fd? master);
        errno.OrThrow("process.terminal", "recvmsg", "console socket");
        return master;
    }

    public void Dispose() => _socket.Dispose();
}
