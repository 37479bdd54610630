// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Runcs.Native;

/// <summary>An address of an interface, of any family, from rtnetlink(7).</summary>
/// <param name="Flags">IFA_F_*.</param>
/// <param name="Attributes">All its attributes by their type (IFA_*).</param>
public sealed record NetworkAddress(byte Family, byte PrefixLength, byte Scope, uint Flags, IReadOnlyList<(ushort Type, byte[] Value)> Attributes)
{
    private const ushort RTM_NEWADDR = 20, RTM_GETADDR = 22;
    private const ushort IFA_ADDRESS = 1, IFA_LOCAL = 2, IFA_LABEL = 3, IFA_BROADCAST = 4, IFA_FLAGS = 8, IFA_RT_PRIORITY = 9, IFA_PROTO = 11;
    private const uint IFA_F_NODAD = 0x02, IFA_F_HOMEADDRESS = 0x10, IFA_F_MANAGETEMPADDR = 0x100, IFA_F_NOPREFIXROUTE = 0x200, IFA_F_MCAUTOJOIN = 0x400;
    private const int HeaderSize = 8;

    /// <summary>IFA_F_PERMANENT: set by a user, and kept until it is removed.</summary>
    public const uint Permanent = 0x80;

    /// <summary>RT_SCOPE_UNIVERSE.</summary>
    public const byte Universe = 0;

    /// <summary>All addresses of an interface.</summary>
    public static Errno TryList(NetlinkSocket socket, int index, out List<NetworkAddress> addresses)
    {
        var found = new List<NetworkAddress>();
        ReadOnlySpan<byte> everything = stackalloc byte[HeaderSize];
        Errno errno = socket.TryRequest(new NetlinkMessage(RTM_GETADDR, NetlinkSocket.NLM_F_DUMP).Header(everything), (type, body) =>
        {
            if (type != RTM_NEWADDR || body.Length < HeaderSize || MemoryMarshal.Read<int>(body[4..]) != index) return;
            NetworkAddress address = Read(body);
            if (!found.Exists(address.IsSame)) found.Add(address);
        });
        addresses = found;
        return errno;
    }

    /// <summary>
    /// Adds this address to an interface with the settings of a user: its peer, broadcast address, metric and flags.
    /// </summary>
    /// <param name="keepLabel">Also its label, which begins with the interface's name.</param>
    public Errno TryAdd(NetlinkSocket socket, int index, bool keepLabel)
    {
        const uint Given = IFA_F_NODAD | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN;
        // struct ifaddrmsg.
        Span<byte> header = [Family, PrefixLength, 0, Scope, 0, 0, 0, 0];
        MemoryMarshal.Write(header[4..], index);
        NetlinkMessage message = new NetlinkMessage(RTM_NEWADDR, NetlinkSocket.NLM_F_CREATE | NetlinkSocket.NLM_F_REPLACE).Header(header);
        foreach ((ushort type, byte[] value) in Attributes)
            if (type is IFA_ADDRESS or IFA_LOCAL or IFA_BROADCAST or IFA_RT_PRIORITY or IFA_PROTO || (type == IFA_LABEL && keepLabel))
                message.Attribute(type, value);
        return socket.TryRequest(message.Attribute(IFA_FLAGS, Flags & Given));
    }

    private bool IsSame(NetworkAddress other)
    {
        if (Family != other.Family || PrefixLength != other.PrefixLength || Attributes.Count != other.Attributes.Count) return false;
        for (int i = 0; i < Attributes.Count; i++)
            if (Attributes[i].Type != other.Attributes[i].Type || !Attributes[i].Value.AsSpan().SequenceEqual(other.Attributes[i].Value))
                return false;
        return true;
    }

    private static NetworkAddress Read(ReadOnlySpan<byte> body)
    {
        uint flags = body[2];
        var values = new List<(ushort, byte[])>();
        var attributes = new NetlinkAttributes(body[HeaderSize..]);
        while (attributes.Next())
        {
            // All 32 flags; the header has room for 8.
            if (attributes.Type == IFA_FLAGS) flags = attributes.Number;
            values.Add((attributes.Type, attributes.Value.ToArray()));
        }
        return new NetworkAddress(body[0], body[1], body[3], flags, values);
    }
}
