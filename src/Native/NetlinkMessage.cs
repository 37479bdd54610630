// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using System.Text;

namespace Runcs.Native;

/// <summary>Builds a message of netlink(7): <c>struct nlmsghdr</c>, the header of the type, attributes.</summary>
public sealed class NetlinkMessage
{
    internal const int HeaderSize = 16;
    private byte[] _bytes = new byte[256];
    private int _length = HeaderSize;

    /// <param name="flags">NLM_F_* in addition to NLM_F_REQUEST and NLM_F_ACK, which every message has.</param>
    public NetlinkMessage(ushort type, ushort flags = 0)
    {
        (Type, Flags) = (type, flags);
        MemoryMarshal.Write(_bytes.AsSpan(4), type);
        MemoryMarshal.Write(_bytes.AsSpan(6), (ushort)(flags | NetlinkSocket.NLM_F_REQUEST | NetlinkSocket.NLM_F_ACK));
    }

    public ushort Type { get; }

    public ushort Flags { get; }

    public NetlinkMessage Header(ReadOnlySpan<byte> header)
    {
        header.CopyTo(Reserve(header.Length));
        return this;
    }

    public NetlinkMessage Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        Span<byte> place = Reserve(NetlinkAttributes.HeaderSize + value.Length);
        // A length that overflows would be truncated, and the rest of the value parsed as attributes (CVE-2021-43784).
        MemoryMarshal.Write(place, checked((ushort)(NetlinkAttributes.HeaderSize + value.Length)));
        MemoryMarshal.Write(place[2..], type);
        value.CopyTo(place[NetlinkAttributes.HeaderSize..]);
        return this;
    }

    public NetlinkMessage Attribute(ushort type, uint value) => Attribute(type, MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(ref value)));

    /// <summary>A C string.</summary>
    public NetlinkMessage Attribute(ushort type, string value) => Attribute(type, Encoding.UTF8.GetBytes(value + '\0'));

    internal ReadOnlySpan<byte> Finish(uint sequence)
    {
        MemoryMarshal.Write(_bytes, (uint)_length);
        MemoryMarshal.Write(_bytes.AsSpan(8), sequence);
        return _bytes.AsSpan(0, _length);
    }

    // Every part begins at a multiple of four.
    private Span<byte> Reserve(int size)
    {
        int end = _length + ((size + 3) & -4);
        if (end > _bytes.Length) Array.Resize(ref _bytes, Math.Max(end, _bytes.Length * 2));
        Span<byte> place = _bytes.AsSpan(_length, size);
        _length = end;
        return place;
    }
}
