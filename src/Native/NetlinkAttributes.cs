// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using System.Text;

namespace Runcs.Native;

/// <summary>Iterates over the attributes of a message (<c>struct rtattr</c>, rtnetlink(7)).</summary>
public ref struct NetlinkAttributes(ReadOnlySpan<byte> rest)
{
    internal const int HeaderSize = 4;

    // NLA_F_NESTED and NLA_F_NET_BYTEORDER share the field with the type.
    private const int TypeMask = 0x3fff;
    private ReadOnlySpan<byte> _rest = rest;

    public ushort Type { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public readonly uint Number => Value.Length >= sizeof(uint) ? MemoryMarshal.Read<uint>(Value) : 0;

    public readonly string Text => Encoding.UTF8.GetString(Value.TrimEnd((byte)0));

    public bool Next()
    {
        if (_rest.Length < HeaderSize) return false;
        int length = MemoryMarshal.Read<ushort>(_rest);
        if (length < HeaderSize || length > _rest.Length) return false;
        Type = (ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask);
        Value = _rest[HeaderSize..length];
        _rest = _rest[Math.Min(_rest.Length, (length + 3) & -4)..];
        return true;
    }
}
