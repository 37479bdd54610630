// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Runcs.Native;

namespace Runcs.Harness;

/// <summary>A seccomp agent: receives one container's notify descriptor on its socket and answers (seccomp_unotify(2)).</summary>
internal sealed unsafe partial class SeccompAgent : IDisposable
{
    public const int Mkdir = 83;
    private const uint SECCOMP_IOCTL_NOTIF_RECV = 0xc0502100, SECCOMP_IOCTL_NOTIF_SEND = 0xc0182101;
    private const uint SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1;

    private readonly Socket _socket;
    private readonly Thread _thread;
    private readonly Func<AskedCall, int?> _answer;
    private readonly ConcurrentQueue<int> _asked = new();
    private volatile bool _disposed;
    private volatile string? _state;

    private SeccompAgent(string path, Func<AskedCall, int?> answer)
    {
        _answer = answer;
        _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _socket.Listen();
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    /// <param name="answer">For each call the errno that it fails with, or null to let it continue.</param>
    public static SeccompAgent Listen(string path, Func<AskedCall, int?> answer) => new(path, answer);

    /// <summary>The numbers of the calls received, in order.</summary>
    public IReadOnlyCollection<int> Asked => _asked;

    /// <summary>The document sent with the notify descriptor.</summary>
    public string State
    {
        get
        {
            Eventually.True(() => _state != null, "the agent hears of the container");
            return _state!;
        }
    }

    /// <summary>Whether the runtime closed the connection after its message.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether the notify descriptor came with the first bytes.</summary>
    public bool HadDescriptorFirst { get; private set; }

    public void Dispose()
    {
        _disposed = true;
        _socket.Dispose();
        _thread.Join();
    }

    // Both at once: runc 1.1 keeps the connection open while `run` lasts.
    private void Serve()
    {
        try
        {
            using Socket connection = _socket.Accept();
            Fd? listener = null;
            var document = new StringBuilder();
            Span<Descriptors.PollFd> wait = stackalloc Descriptors.PollFd[2];
            while (!_disposed && (listener != null || !IsClosed))
            {
                wait[0] = new() { Fd = IsClosed ? -1 : (int)connection.Handle, Events = PollEvents.POLLIN };
                wait[1] = new() { Fd = listener?.Value ?? -1, Events = PollEvents.POLLIN };
                if (Descriptors.TryPoll(wait, 20, out int ready).IsError || ready == 0) continue;
                if (wait[0].Returned != 0) Receive((int)connection.Handle, document, ref listener);
                if ((wait[1].Returned & PollEvents.POLLIN) != 0) Answer(listener!.Value);
                // POLLHUP: no process has the filter any more.
                else if (wait[1].Returned != 0) Thread.Sleep(20);
            }
            listener?.Dispose();
        }
        catch (SocketException)
        {
            // Disposed without a connection.
        }
    }

    private void Receive(int connection, StringBuilder document, ref Fd? listener)
    {
        var payload = new byte[4096];
        if (!UnixSockets.TryReceiveFd(connection, payload, out int count, out Fd? received).IsError && count > 0)
        {
            HadDescriptorFirst |= document.Length == 0 && received != null;
            listener ??= received;
            document.Append(Encoding.UTF8.GetString(payload, 0, count));
            return;
        }
        IsClosed = true;
        _state = document.ToString();
    }

    private void Answer(int listener)
    {
        var asked = default(seccomp_notif);
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) < 0) return;
        _asked.Enqueue(asked.nr);
        int? errno = _answer(new AskedCall(asked.nr, asked.pid));
        var response = new seccomp_notif_resp { id = asked.id, error = -errno ?? 0, flags = errno == null ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0 };
        _ = ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
    }

    // linux/seccomp.h
    [StructLayout(LayoutKind.Sequential)]
    private struct seccomp_notif
    {
        public ulong id;
        public uint pid, flags;
        public int nr;
        public uint arch;
        public ulong instruction_pointer;
        public fixed ulong args[6];
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct seccomp_notif_resp
    {
        public ulong id;
        public long val;
        public int error;
        public uint flags;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, ulong request, void* argument);
}
