// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;
using Tmds.Linux;

namespace Runcs.Native;

/// <summary>netdevice(7): flags of an interface in the caller's network namespace.</summary>
public static unsafe partial class NetworkInterfaces
{
    public const short IFF_UP = 1;
    private const int SIOCGIFFLAGS = 0x8913, SIOCSIFFLAGS = 0x8914;
    private const int IFNAMSIZ = 16, AF_INET = 2, SOCK_DGRAM = 2, SOCK_CLOEXEC = 0x80000;

    [StructLayout(LayoutKind.Sequential, Size = 40)]
    private struct InterfaceRequest
    {
        public fixed byte name[IFNAMSIZ];
        public short flags;
    }

    /// <summary>Brings an interface up.</summary>
    /// <exception cref="RuncsException"/>
    public static void Up(string name)
    {
        int number = LibC.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (number < 0) throw Errno.Last.Failure("socket", "AF_INET");
        using var descriptor = new Fd(number);
        InterfaceRequest request = default;
        Encoding.UTF8.GetBytes(name, new System.Span<byte>(request.name, IFNAMSIZ - 1));
        if (LibC.ioctl(number, SIOCGIFFLAGS, &request) < 0) throw Errno.Last.Failure("ioctl", $"SIOCGIFFLAGS {name}");
        request.flags |= IFF_UP;
        if (LibC.ioctl(number, SIOCSIFFLAGS, &request) < 0) throw Errno.Last.Failure("ioctl", $"SIOCSIFFLAGS {name}");
    }
}
