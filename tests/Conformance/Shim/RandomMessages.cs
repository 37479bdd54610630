// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Runcs.Conformance.Shim;

/// <summary>Messages of the oracle with random values, often those at a type's limits, and what else a message may hold.</summary>
internal sealed class RandomMessages(int seed)
{
    private static readonly string[] _texts = ["", "", "a", "id-1", "/run/x", "é", "\U0001D11E", "\u0001", "\n", new('x', 127), new('x', 128), new('y', 300), new('z', 20000)];
    private static readonly long[] _numbers = [0, 0, 1, -1, 127, 128, 16383, 16384, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];
    private readonly Random _random = new(seed);

    public byte[] Bytes(int most)
    {
        byte[] bytes = new byte[_random.Next(most)];
        _random.NextBytes(bytes);
        return bytes;
    }

    public int Next(int below) => _random.Next(below);

    public IMessage Next(MessageDescriptor descriptor, bool withMessages = true)
    {
        IMessage message = descriptor.Parser.ParseFrom([]);
        foreach (FieldDescriptor field in descriptor.Fields.InDeclarationOrder())
        {
            if (_random.Next(5) == 0) continue;
            if (field.IsMap) Fill((IDictionary)field.Accessor.GetValue(message));
            else if (field.IsRepeated) Fill((IList)field.Accessor.GetValue(message), field);
            else if (withMessages || field.FieldType != FieldType.Message) field.Accessor.SetValue(message, Value(field));
        }
        return message;
    }

    private void Fill(IDictionary map)
    {
        for (int i = _random.Next(4); i > 0; i--) map[Text()] = Text();
    }

    private void Fill(IList list, FieldDescriptor field)
    {
        for (int i = _random.Next(4); i > 0; i--) list.Add(Value(field));
    }

    private object Value(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => Text(),
        FieldType.Bytes => ByteString.CopyFrom(Encoding.UTF8.GetBytes(Text())),
        FieldType.Bool => _random.Next(2) == 0,
        FieldType.UInt32 => (uint)Number(),
        FieldType.Int32 => (int)Number(),
        FieldType.Int64 => Number(),
        FieldType.Enum => System.Enum.ToObject(field.EnumType.ClrType, (int)Number()),
        FieldType.Message => Next(field.MessageType),
        _ => throw new InvalidOperationException($"{field.FullName} is a {field.FieldType}"),
    };

    private string Text() => _texts[_random.Next(_texts.Length)];

    private long Number() => _random.Next(3) == 0 ? _random.NextInt64(long.MinValue, long.MaxValue) : _numbers[_random.Next(_numbers.Length)];

    /// <summary>
    /// Fields that a reader skips: of unknown numbers, and of a known number with another form. Also single values that are given
    /// though they are the default.
    /// </summary>
    public byte[] Odd(MessageDescriptor descriptor)
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream);
        foreach (FieldDescriptor field in descriptor.Fields.InDeclarationOrder())
        {
            // A list of numbers may come in either form.
            bool isText = field.FieldType is FieldType.String or FieldType.Bytes or FieldType.Message;
            if (field.IsRepeated && !isText) continue;
            if (_random.Next(4) == 0) Put(output, field.FieldNumber, isText ? WireFormat.WireType.Varint : WireFormat.WireType.LengthDelimited);
            if (_random.Next(4) == 0) Put(output, field.FieldNumber, _random.Next(2) == 0 ? WireFormat.WireType.Fixed32 : WireFormat.WireType.Fixed64);
            if (_random.Next(4) == 0) Put(output, field.FieldNumber, WireFormat.WireType.StartGroup);
            if (_random.Next(8) == 0 && !isText) PutDefault(output, field.FieldNumber);
        }
        foreach (WireFormat.WireType type in System.Enum.GetValues<WireFormat.WireType>())
        {
            if (type != WireFormat.WireType.EndGroup && _random.Next(2) == 0) Put(output, 500 + _random.Next(1 << 28), type);
        }
        output.Flush();
        return stream.ToArray();
    }

    private static void PutDefault(CodedOutputStream output, int field)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteUInt64(0);
    }

    private void Put(CodedOutputStream output, int field, WireFormat.WireType type)
    {
        output.WriteTag(field, type);
        switch (type)
        {
            case WireFormat.WireType.Varint: output.WriteInt64(Number()); break;
            case WireFormat.WireType.Fixed64: output.WriteFixed64((ulong)Number()); break;
            case WireFormat.WireType.Fixed32: output.WriteFixed32((uint)Number()); break;
            case WireFormat.WireType.LengthDelimited: output.WriteString(Text()); break;
            case WireFormat.WireType.StartGroup:
                for (int i = _random.Next(3); i > 0; i--) Put(output, 1 + _random.Next(20), i == 1 ? WireFormat.WireType.StartGroup : WireFormat.WireType.Varint);
                output.WriteTag(field, WireFormat.WireType.EndGroup);
                break;
        }
    }
}
