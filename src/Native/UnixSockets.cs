// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using System.Text;
using Tmds.Linux;

namespace Runcs.Native;

/// <summary>unix(7) stream sockets, and descriptors sent over them (SCM_RIGHTS of cmsg(3)).</summary>
public static unsafe partial class UnixSockets
{
    private const int AF_UNIX = 1, SOCK_STREAM = 1, SOCK_CLOEXEC = 0x80000, SOL_SOCKET = 1, SCM_RIGHTS = 1;
    private const int MSG_NOSIGNAL = 0x4000, MSG_CMSG_CLOEXEC = 0x40000000;

    // sun_path of unix(7); one byte is the terminating null.
    private const int PathSize = 108;

    // sizeof(struct cmsghdr).
    private const int CmsgHeader = 16;

    /// <summary>Two connected ends.</summary>
    /// <exception cref="RuncsException"/>
    public static (Fd First, Fd Second) Pair()
    {
        int* ends = stackalloc int[2];
        if (LibC.socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) throw Errno.Last.Failure("socketpair", "");
        return (new Fd(ends[0]), new Fd(ends[1]));
    }

    /// <summary>
    /// Connects to the socket at a path of any length: a path that does not fit into sun_path is opened as O_PATH and
    /// named through /proc/self/fd. A path that begins with a null character is a name in the abstract namespace.
    /// </summary>
    public static Errno TryConnect(string path, out Fd? socket) => TryConnect(path, 0, out socket);

    /// <summary>As <see cref="TryConnect(string, out Fd)"/>, with a non-blocking socket: EAGAIN if the other end accepts none for now.</summary>
    public static Errno TryConnectNonBlocking(string path, out Fd? socket) => TryConnect(path, SOCK_NONBLOCK, out socket);

    private static Errno TryConnect(string path, int flags, out Fd? socket)
    {
        socket = null;
        if (Encoding.UTF8.GetByteCount(path) < PathSize) return TryConnectShort(path, flags, out socket);
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, OpenFlags.O_PATH, 0, out Fd? node);
        if (errno.IsError) return errno;
        using (node) return TryConnectShort(node!.ProcPath, flags, out socket);
    }

    private static Errno TryConnectShort(string path, int flags, out Fd? connected)
    {
        connected = null;
        int number = LibC.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
        if (number < 0) return Errno.Last;
        var fd = new Fd(number);
        sockaddr_un address = default;
        address.family = AF_UNIX;
        int length = Encoding.UTF8.GetBytes(path, new Span<byte>(address.path, PathSize - 1));
        // Every byte of an abstract name counts.
        int result, terminator = path is ['\0', ..] ? 0 : 1;
        do result = LibC.connect(number, (sockaddr*)&address, (uint)(sizeof(ushort) + length + terminator)); while (result < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        if (result < 0)
        {
            Errno errno = Errno.Last;
            fd.Dispose();
            return errno;
        }
        connected = fd;
        return Errno.None;
    }

    /// <summary>The other end reads the end (shutdown(2), SHUT_WR); this one still receives.</summary>
    public static Errno TryEndWriting(int socket)
    {
        const int SHUT_WR = 1;
        return LibC.shutdown(socket, SHUT_WR) < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>Sends one descriptor with a payload, which must not be empty: a stream carries no empty message.</summary>
    public static Errno TrySendFd(int socket, int fd, ReadOnlySpan<byte> payload)
    {
        fixed (byte* p = payload)
        {
            var data = new iovec { iov_base = p, iov_len = payload.Length };
            var control = new fd_cmsg { length = CmsgHeader + sizeof(int), level = SOL_SOCKET, type = SCM_RIGHTS, fd = fd };
            var message = new msghdr { msg_iov = &data, msg_iovlen = 1, msg_control = &control, msg_controllen = sizeof(fd_cmsg) };
            nint sent;
            do sent = (nint)(long)LibC.sendmsg(socket, &message, MSG_NOSIGNAL); while (sent < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
            return sent < 0 ? Errno.Last : Errno.None;
        }
    }

    /// <summary>
    /// Receives one message: the number of bytes in <paramref name="payload"/> (0: the other end is closed) and the
    /// descriptor sent with it, if any. Further descriptors are closed.
    /// </summary>
    public static Errno TryReceiveFd(int socket, Span<byte> payload, out int count, out Fd? fd)
    {
        fd = null;
        count = 0;
        fixed (byte* p = payload)
        {
            var data = new iovec { iov_base = p, iov_len = payload.Length };
            // Room for one descriptor: the kernel drops further ones and sets MSG_CTRUNC.
            fd_cmsg control = default;
            var message = new msghdr { msg_iov = &data, msg_iovlen = 1, msg_control = &control, msg_controllen = CmsgHeader + sizeof(int) };
            nint received;
            do received = (nint)(long)LibC.recvmsg(socket, &message, MSG_CMSG_CLOEXEC); while (received < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
            if (received < 0) return Errno.Last;
            count = (int)received;
            if ((int)message.msg_controllen >= CmsgHeader + sizeof(int) && control is { level: SOL_SOCKET, type: SCM_RIGHTS }) fd = new Fd(control.fd);
            return Errno.None;
        }
    }

    private struct sockaddr_un
    {
        public ushort family;
        public fixed byte path[PathSize];
    }

    // A cmsghdr and one descriptor, padded to CMSG_SPACE(3).
    [StructLayout(LayoutKind.Sequential, Size = 24)]
    private struct fd_cmsg
    {
        public nuint length;
        public int level, type, fd;
    }
}
