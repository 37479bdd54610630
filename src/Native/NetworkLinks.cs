// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;

namespace Runcs.Native;

/// <summary>rtnetlink(7): interfaces and their addresses.</summary>
public static class NetworkLinks
{
    private const ushort RTM_NEWLINK = 16, RTM_DELLINK = 17, RTM_GETLINK = 18, IFLA_IFNAME = 3, IFLA_NET_NS_FD = 28, IFLA_NEW_IFINDEX = 49;
    private const uint IFF_UP = 1;
    private const int LinkHeader = 16;

    /// <summary>Finds an interface by its name or an alternative name (ip-link(8), altname).</summary>
    /// <returns>ENODEV if there is none.</returns>
    public static Errno TryFind(NetlinkSocket socket, string name, out NetworkLink? link)
    {
        NetworkLink? found = null;
        Errno errno = socket.TryRequest(new NetlinkMessage(RTM_GETLINK).Header(Header(0)).Attribute(IFLA_IFNAME, name), (type, body) =>
        {
            if (type == RTM_NEWLINK && body.Length >= LinkHeader) found = Read(body);
        });
        link = found;
        return errno.IsError || found != null ? errno : new Errno(Errno.ENODEV);
    }

    /// <summary>
    /// Moves an interface to another network namespace under a name, which may be a template (<c>eth%d</c>). The kernel
    /// takes it down and removes its addresses.
    /// </summary>
    public static Errno TryMove(NetlinkSocket socket, int index, int namespaceFd, string name) =>
        socket.TryRequest(new NetlinkMessage(RTM_NEWLINK).Header(Header(index)).Attribute(IFLA_NET_NS_FD, (uint)namespaceFd).Attribute(IFLA_IFNAME, name));

    /// <summary>Brings an interface up.</summary>
    public static Errno TryUp(NetlinkSocket socket, int index) =>
        socket.TryRequest(new NetlinkMessage(RTM_NEWLINK).Header(Header(index, IFF_UP, IFF_UP)));

    /// <summary>
    /// The index of a moved interface in its new network namespace, from the events of a socket opened with RTMGRP_LINK
    /// before the move. Zero if it has not moved.
    /// </summary>
    public static int ReadNewIndex(NetlinkSocket events, int index)
    {
        int result = 0;
        events.ReadEvents((type, body) =>
        {
            if (type != RTM_DELLINK || body.Length < LinkHeader || MemoryMarshal.Read<int>(body[4..]) != index) return;
            var attributes = new NetlinkAttributes(body[LinkHeader..]);
            while (attributes.Next())
                if (attributes.Type == IFLA_NEW_IFINDEX)
                    result = (int)attributes.Number;
        });
        return result;
    }

    private static NetworkLink Read(ReadOnlySpan<byte> body)
    {
        string name = "";
        var attributes = new NetlinkAttributes(body[LinkHeader..]);
        while (attributes.Next())
            if (attributes.Type == IFLA_IFNAME)
                name = attributes.Text;
        return new NetworkLink(MemoryMarshal.Read<int>(body[4..]), name, (MemoryMarshal.Read<uint>(body[8..]) & IFF_UP) != 0);
    }

    // struct ifinfomsg: family, type, index, flags, and the mask of flags to change.
    private static byte[] Header(int index, uint flags = 0, uint change = 0)
    {
        var header = new byte[LinkHeader];
        MemoryMarshal.Write(header.AsSpan(4), index);
        MemoryMarshal.Write(header.AsSpan(8), flags);
        MemoryMarshal.Write(header.AsSpan(12), change);
        return header;
    }
}
