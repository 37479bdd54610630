// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using System.Text;
using Tmds.Linux;

namespace Runcs.Native;

public static unsafe partial class UnixSockets
{
    private const int SOCK_NONBLOCK = 0x800, SO_PEERCRED = 17, Backlog = 128;

    /// <summary>The process at the other end of a connection (unix(7), SO_PEERCRED), as it was when it connected.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public record struct Peer(int Pid, uint Uid, uint Gid);

    /// <summary>A non-blocking listening stream socket, at a path that only its owner may connect to.</summary>
    /// <returns>EADDRINUSE if the path exists, ENAMETOOLONG if it does not fit into struct sockaddr_un.</returns>
    public static Errno TryListen(string path, out Fd? listening)
    {
        const int ForOwner = 0b110_000_000;
        listening = null;
        if (Encoding.UTF8.GetByteCount(path) >= PathSize) return new Errno(Errno.ENAMETOOLONG);
        int number = LibC.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (number < 0) return Errno.Last;
        var made = new Fd(number);
        sockaddr_un address = default;
        address.family = AF_UNIX;
        int length = Encoding.UTF8.GetBytes(path, new Span<byte>(address.path, PathSize - 1));
        Errno errno = LibC.bind(number, (sockaddr*)&address, (uint)(sizeof(ushort) + length + 1)) < 0 ? Errno.Last : Errno.None;
        if (!errno.IsError) errno = FileNodes.TryChmod(path, ForOwner);
        if (!errno.IsError && LibC.listen(number, Backlog) < 0) errno = Errno.Last;
        if (errno.IsError) made.Dispose();
        else listening = made;
        return errno;
    }

    /// <summary>A non-blocking connection; EAGAIN if none waits.</summary>
    public static Errno TryAccept(int listening, out Fd? connection)
    {
        int result;
        do result = LibC.accept4(listening, null, null, SOCK_CLOEXEC | SOCK_NONBLOCK); while (result < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        connection = result < 0 ? null : new Fd(result);
        return result < 0 ? Errno.Last : Errno.None;
    }

    public static Errno TryGetPeer(int connection, out Peer peer)
    {
        Peer value;
        uint size = (uint)sizeof(Peer);
        bool failed = getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &value, &size) < 0;
        peer = failed ? default : value;
        return failed ? Errno.Last : Errno.None;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockopt(int socket, int level, int option, void* value, uint* size);
}
