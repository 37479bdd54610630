// SPDX-License-Identifier: Apache-2.0
// Protocol Buffers, "Encoding"
using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Numerics;
using System.Text;

namespace Runcs.Protobuf;

/// <summary>
/// Writes the fields of messages into a buffer that grows. By the rules of proto3 a single value equal to its
/// type's default is omitted; elements of a list are not.
/// </summary>
internal sealed class ProtoWriter
{
    private byte[] _buffer = new byte[256];
    private int _length;

    /// <summary>What has been written; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public void Number(int field, ulong value)
    {
        if (value == 0) return;
        Tag(field, WireType.Varint);
        Varint(value);
    }

    /// <summary>A signed number, in two's complement of 64 bits.</summary>
    public void Signed(int field, long value) => Number(field, (ulong)value);

    public void Flag(int field, bool value) => Number(field, value ? 1u : 0);

    public void Double(int field, double value)
    {
        // Minus zero is not the default.
        long bits = BitConverter.DoubleToInt64Bits(value);
        if (bits == 0) return;
        Tag(field, WireType.Fixed64);
        BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), bits);
    }

    public void Text(int field, string value)
    {
        if (value.Length > 0) TextElement(field, value);
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return;
        Tag(field, WireType.Bytes);
        Varint((ulong)value.Length);
        value.CopyTo(Take(value.Length));
    }

    /// <summary>A message within the message; null for none. An empty one is written, since its presence has a meaning.</summary>
    public void Message(int field, IProtoMessage? message)
    {
        if (message == null) return;
        int start = Begin(field);
        message.Write(this);
        End(start);
    }

    public void Messages(int field, IReadOnlyList<IProtoMessage> messages)
    {
        foreach (IProtoMessage message in messages) Message(field, message);
    }

    public void Texts(int field, IReadOnlyList<string> values)
    {
        foreach (string value in values) TextElement(field, value);
    }

    /// <summary>Packed, the form of proto3.</summary>
    public void Numbers(int field, IReadOnlyList<ulong> values)
    {
        if (values.Count == 0) return;
        int start = Begin(field);
        foreach (ulong value in values) Varint(value);
        End(start);
    }

    /// <summary>A map is a list of messages with the key as field 1 and the value as field 2.</summary>
    public void Map(int field, IReadOnlyDictionary<string, string> map)
    {
        foreach ((string key, string value) in map)
        {
            int start = Begin(field);
            Text(1, key);
            Text(2, value);
            End(start);
        }
    }

    /// <summary>Begins a message within the message, for a writer that has no object for it.</summary>
    /// <returns>For <see cref="End"/>.</returns>
    public int Begin(int field)
    {
        Tag(field, WireType.Bytes);
        // The length follows; one byte is enough for most.
        Take(1);
        return _length;
    }

    /// <param name="start">Of the <see cref="Begin"/> that this ends.</param>
    public void End(int start)
    {
        int length = _length - start, more = LengthOf((ulong)length) - 1;
        if (more > 0)
        {
            Take(more);
            _buffer.AsSpan(start, length).CopyTo(_buffer.AsSpan(start + more));
        }
        PutVarint(_buffer.AsSpan(start - 1), (ulong)length);
    }

    private void TextElement(int field, string value)
    {
        Tag(field, WireType.Bytes);
        int length = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)length);
        Encoding.UTF8.GetBytes(value, Take(length));
    }

    private void Tag(int field, WireType type) => Varint(((ulong)field << 3) | (ulong)type);

    private void Varint(ulong value) => PutVarint(Take(LengthOf(value)), value);

    private static int LengthOf(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    private static void PutVarint(Span<byte> into, ulong value)
    {
        int at = 0;
        for (; value > 0x7f; value >>= 7) into[at++] = (byte)(value | 0x80);
        into[at] = (byte)value;
    }

    private Span<byte> Take(int count)
    {
        if (count > _buffer.Length - _length) Array.Resize(ref _buffer, Math.Max(checked(_length + count), _buffer.Length * 2));
        _length += count;
        return _buffer.AsSpan(_length - count, count);
    }
}
