// SPDX-License-Identifier: Apache-2.0
// D-Bus Specification, "Message Format"
using System;
using System.Buffers.Binary;
using System.Text;
using Runcs.Native;

namespace Runcs.Cgroups.Systemd;

/// <summary>A received message: its header, and a body that is read value by value.</summary>
internal ref struct BusMessage
{
    /// <summary>The number of bytes from which the length of a message is known.</summary>
    public const int FixedSize = 16;

    private const int Longest = 1 << 27;
    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;

    /// <summary>A whole message.</summary>
    /// <exception cref="RuncsException">The message is invalid.</exception>
    public BusMessage(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        Type = (BusMessageType)bytes[1];
        (Member, ErrorName, Signature) = ("", "", "");
        _at = FixedSize;
        int end = FixedSize + BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        while (_at < end)
        {
            Align(8);
            byte code = Take(1)[0];
            ReadField(code, ReadSignature());
        }
        Align(8);
    }

    public BusMessageType Type { get; }

    public string Member { get; private set; }

    public string ErrorName { get; private set; }

    public uint ReplySerial { get; private set; }

    /// <summary>The types of the body's values.</summary>
    public string Signature { get; private set; }

    /// <summary>The length of a message, in bytes, from its first bytes.</summary>
    /// <exception cref="RuncsException">The message is invalid.</exception>
    public static int LengthOf(ReadOnlySpan<byte> fixedPart)
    {
        uint body = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[4..]), fields = BinaryPrimitives.ReadUInt32LittleEndian(fixedPart[12..]);
        if (fixedPart[0] != 'l' || fixedPart[3] != 1 || body > Longest || fields > Longest) throw Strange();
        return FixedSize + (((int)fields + 7) & -8) + (int)body;
    }

    public string ReadString()
    {
        string text = Encoding.UTF8.GetString(Take((int)ReadNumber('u')));
        Take(1);
        return text;
    }

    public string ReadSignature()
    {
        string text = Encoding.ASCII.GetString(Take(Take(1)[0]));
        Take(1);
        return text;
    }

    /// <param name="type">One of the types that are numbers.</param>
    public ulong ReadNumber(char type)
    {
        int width = BusWriter.Alignment(type);
        Align(width);
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        Take(width).CopyTo(number);
        return BinaryPrimitives.ReadUInt64LittleEndian(number);
    }

    private void ReadField(byte code, string type)
    {
        const byte MemberField = 3, ErrorField = 4, ReplyField = 5, SignatureField = 8;
        switch (type)
        {
            case "s" or "o":
                string text = ReadString();
                if (code == MemberField) Member = text;
                else if (code == ErrorField) ErrorName = text;
                break;
            case "g":
                string signature = ReadSignature();
                if (code == SignatureField) Signature = signature;
                break;
            case "u":
                uint number = (uint)ReadNumber('u');
                if (code == ReplyField) ReplySerial = number;
                break;
            default:
                throw Strange();
        }
    }

    private void Align(int multiple)
    {
        _at = (_at + multiple - 1) / multiple * multiple;
        if (_at > _bytes.Length) throw Strange();
    }

    private ReadOnlySpan<byte> Take(int size)
    {
        if (size < 0 || size > _bytes.Length - _at) throw Strange();
        _at += size;
        return _bytes.Slice(_at - size, size);
    }

    private static RuncsException Strange() => new("systemd sent an invalid D-Bus message");
}
