// SPDX-License-Identifier: Apache-2.0
// D-Bus Specification, "Marshaling (Wire Format)" and "Message Format"
using System;
using System.Buffers.Binary;
using System.Text;

namespace Runcs.Cgroups.Systemd;

/// <summary>A method call as it goes over the wire, little-endian.</summary>
internal sealed class BusWriter
{
    private const byte LittleEndian = (byte)'l', MethodCall = 1, Version = 1;
    private const byte Path = 1, Interface = 2, Member = 3, Destination = 6, SignatureField = 8;
    private const int BodyLength = 4, FieldsLength = 12;

    private byte[] _bytes = new byte[1024];
    private int _length;

    private BusWriter() { }

    public static ReadOnlySpan<byte> Call(uint serial, string destination, string path, string @interface, string member, ReadOnlySpan<BusValue> arguments)
    {
        var writer = new BusWriter();
        Span<byte> fixedPart = writer.Take(16, 1);
        (fixedPart[0], fixedPart[1], fixedPart[3]) = (LittleEndian, MethodCall, Version);
        BinaryPrimitives.WriteUInt32LittleEndian(fixedPart[8..], serial);
        int fields = writer._length;
        writer.WriteField(Path, BusValue.OfText('o', path));
        writer.WriteField(Member, BusValue.Of(member));
        writer.WriteField(Interface, BusValue.Of(@interface));
        writer.WriteField(Destination, BusValue.Of(destination));
        string signature = "";
        foreach (BusValue argument in arguments) signature += argument.Signature;
        if (signature.Length > 0) writer.WriteField(SignatureField, BusValue.OfText('g', signature));
        writer.Patch(FieldsLength, writer._length - fields);
        int body = writer.Align(8);
        foreach (BusValue argument in arguments) writer.Write(argument);
        writer.Patch(BodyLength, writer._length - body);
        return writer._bytes.AsSpan(0, writer._length);
    }

    /// <summary>The multiple at which a value of a type begins.</summary>
    internal static int Alignment(char type) => type switch
    {
        'n' or 'q' => 2,
        'b' or 'i' or 'u' or 's' or 'o' or 'a' => 4,
        'x' or 't' or 'd' or '(' => 8,
        _ => 1,
    };

    private void WriteField(byte code, BusValue value)
    {
        Align(8);
        Take(1, 1)[0] = code;
        Write(BusValue.Variant(value));
    }

    private void Write(BusValue value)
    {
        char type = value.Signature[0];
        switch (type)
        {
            case 'a':
                int length = Align(4);
                Take(4, 4);
                // The padding before the first element is not counted.
                int first = Align(Alignment(value.Signature[1]));
                foreach (BusValue item in value.Items) Write(item);
                Patch(length, _length - first);
                break;
            case '(':
                Align(8);
                foreach (BusValue item in value.Items) Write(item);
                break;
            case 'v':
                WriteShort(value.Items[0].Signature);
                Write(value.Items[0]);
                break;
            case 'g':
                WriteShort(value.Text);
                break;
            case 's' or 'o':
                int size = Encoding.UTF8.GetByteCount(value.Text);
                BinaryPrimitives.WriteInt32LittleEndian(Take(4, 4), size);
                Encoding.UTF8.GetBytes(value.Text, Take(size + 1, 1));
                break;
            default:
                int width = Alignment(type);
                Span<byte> number = stackalloc byte[sizeof(ulong)];
                BinaryPrimitives.WriteUInt64LittleEndian(number, value.Number);
                number[..width].CopyTo(Take(width, width));
                break;
        }
    }

    private void WriteShort(string signature)
    {
        Span<byte> place = Take(signature.Length + 2, 1);
        place[0] = (byte)signature.Length;
        Encoding.ASCII.GetBytes(signature, place[1..]);
    }

    private void Patch(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(at), value);

    private int Align(int multiple)
    {
        Take(0, multiple);
        return _length;
    }

    private Span<byte> Take(int size, int multiple)
    {
        int start = (_length + multiple - 1) / multiple * multiple;
        if (start + size > _bytes.Length) Array.Resize(ref _bytes, Math.Max(start + size, _bytes.Length * 2));
        _length = start + size;
        return _bytes.AsSpan(start, size);
    }
}
