// SPDX-License-Identifier: Apache-2.0
// Protocol Buffers, "Encoding"
using System;
using System.Text;
using System.Text.Unicode;

namespace Runcs.Protobuf;

/// <summary>
/// Reads the fields of an encoded message one by one. Any bytes can be given: reading ends at the first error and
/// <see cref="IsMalformed"/> is set.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes)
{
    // As deep as Google.Protobuf reads. Groups are skipped by recursion.
    private const int DeepestGroup = 100;

    // No message of containerd has a hundredth of it. Two bytes can make an element of a list, an object of forty times their size.
    private const int MostFields = 1 << 16;

    private ReadOnlySpan<byte> _rest = bytes;
    private int _fields;

    /// <summary>The bytes are not a message, or one with more fields than any has. What has been read before counts no more.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>The value of a field of type <see cref="WireType.Varint"/>, negative ones in two's complement.</summary>
    public ulong Varint { get; private set; }

    /// <summary>The value of a field of type <see cref="WireType.Bytes"/>, a part of the message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>
    /// The value of a field of type <see cref="WireType.Bytes"/> as text. Text in anything but UTF-8 makes the message malformed, and so
    /// does NUL: the texts are names and paths, of which the kernel would see a part only.
    /// </summary>
    public string Text
    {
        get
        {
            if (Utf8.IsValid(Bytes) && !Bytes.Contains((byte)0)) return Encoding.UTF8.GetString(Bytes);
            IsMalformed = true;
            return "";
        }
    }

    /// <summary>
    /// Reads the next field of type <see cref="WireType.Varint"/> or <see cref="WireType.Bytes"/> and skips those of other types,
    /// which no message here has. A known number with the other type is an unknown field, so callers compare both.
    /// </summary>
    /// <returns>False at the end and after an error.</returns>
    public bool TryNext(out int field, out WireType type)
    {
        (field, type) = (0, 0);
        while (!IsMalformed && !_rest.IsEmpty)
        {
            if (++_fields > MostFields || !TryReadTag(out field, out type) || !TrySkip(field, type, DeepestGroup)) IsMalformed = true;
            else if (type is WireType.Varint or WireType.Bytes) return true;
        }
        return false;
    }

    private bool TryReadTag(out int field, out WireType type)
    {
        bool isRead = TryReadVarint(out ulong tag) && tag <= uint.MaxValue;
        (field, type) = ((int)(tag >> 3), (WireType)(tag & 7));
        return isRead && field > 0;
    }

    // Moves behind a value, which stays in Varint or Bytes.
    private bool TrySkip(int field, WireType type, int deepest)
    {
        switch (type)
        {
            case WireType.Varint:
                bool isRead = TryReadVarint(out ulong number);
                Varint = number;
                return isRead;
            case WireType.Bytes:
                return TryReadVarint(out ulong length) && TryTake(length);
            case WireType.Fixed64:
                return TryTake(sizeof(ulong));
            case WireType.Fixed32:
                return TryTake(sizeof(uint));
            case WireType.GroupStart:
                return deepest > 0 && TrySkipGroup(field, deepest - 1);
            default:
                return false;
        }
    }

    private bool TrySkipGroup(int group, int deepest)
    {
        while (TryReadTag(out int field, out WireType type))
        {
            if (type == WireType.GroupEnd) return field == group;
            if (!TrySkip(field, type, deepest)) return false;
        }
        return false;
    }

    private bool TryTake(ulong length)
    {
        if (length > (ulong)_rest.Length) return false;
        Bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    // Seven bits a byte, the lowest first. The tenth byte has one bit of the 64; further ones are dropped, as elsewhere.
    private bool TryReadVarint(out ulong number)
    {
        const int Longest = 10;
        number = 0;
        for (int i = 0; i < _rest.Length && i < Longest; i++)
        {
            number |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] > 0x7f) continue;
            _rest = _rest[(i + 1)..];
            return true;
        }
        return false;
    }
}
