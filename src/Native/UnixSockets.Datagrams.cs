// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;
using Tmds.Linux;

namespace Runcs.Native;

public static unsafe partial class UnixSockets
{
    private const int SOCK_DGRAM = 2;

    /// <summary>
    /// Binds a datagram socket to a path that fits into sun_path, writable for everyone. The caller must own the path's
    /// directory.
    /// </summary>
    public static Errno TryBindDatagram(string path, out Fd? bound)
    {
        const int ForAll = 0b111_111_111;
        Errno errno = TryDatagram(path, binds: true, out bound);
        // bind(2) applies the umask to its mode (unix(7)).
        if (!errno.IsError) errno = FileNodes.TryChmod(path, ForAll);
        if (!errno.IsError) return errno;
        bound?.Dispose();
        bound = null;
        return errno;
    }

    /// <summary>
    /// Connects a datagram socket to an address: a path of any length, or a name after an <c>@</c> (unix(7), "abstract").
    /// </summary>
    public static Errno TryConnectDatagram(string address, out Fd? connected)
    {
        connected = null;
        if (address.StartsWith('@') || Encoding.UTF8.GetByteCount(address) < PathSize) return TryDatagram(address, binds: false, out connected);
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, address, OpenFlags.O_PATH, 0, out Fd? node);
        if (errno.IsError) return errno;
        using (node) return TryDatagram(node!.ProcPath, binds: false, out connected);
    }

    private static Errno TryDatagram(string name, bool binds, out Fd? fd)
    {
        fd = null;
        sockaddr_un address = default;
        address.family = AF_UNIX;
        if (Encoding.UTF8.GetByteCount(name) >= PathSize) return new Errno(Errno.ENAMETOOLONG);
        int length = Encoding.UTF8.GetBytes(name, new Span<byte>(address.path, PathSize - 1));
        // A path ends with a null. An abstract name begins with one, and its length follows from the address length.
        if (address.path[0] == '@') address.path[0] = 0;
        else length++;
        int number = LibC.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (number < 0) return Errno.Last;
        var made = new Fd(number);
        uint size = (uint)(sizeof(ushort) + length);
        if ((binds ? LibC.bind(number, (sockaddr*)&address, size) : LibC.connect(number, (sockaddr*)&address, size)) < 0)
        {
            Errno errno = Errno.Last;
            made.Dispose();
            return errno;
        }
        fd = made;
        return Errno.None;
    }
}
