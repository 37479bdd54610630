// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Runcs.Protobuf;

namespace Runcs.Conformance.Protobuf;

/// <summary>The writer's bytes, against Google.Protobuf's.</summary>
public class WriterTests
{
    // Where the length of a length grows, and beyond the buffer.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(128)]
    [InlineData(253)]
    [InlineData(254)]
    [InlineData(16380)]
    [InlineData(16381)]
    [InlineData(16384)]
    [InlineData(2097148)]
    [InlineData(5_000_000)]
    public void A_message_within_a_message_has_its_length(int length)
    {
        var writer = new ProtoWriter();
        int outer = writer.Begin(5);
        writer.Message(1, new Inner(new string('x', length)));
        writer.Number(2, 300);
        writer.End(outer);
        writer.Text(6, "behind");

        byte[] inner = Written(output => Put(output, 2, new string('x', length)));
        byte[] middle = Written(output => { Put(output, 1, inner); output.WriteTag(2, WireFormat.WireType.Varint); output.WriteUInt64(300); });
        Assert.Equal(Written(output => { Put(output, 5, middle); Put(output, 6, "behind"); }), writer.Written.ToArray());
    }

    [Fact]
    public void Defaults_are_omitted_but_not_in_lists()
    {
        var writer = new ProtoWriter();
        writer.Number(1, 0);
        writer.Signed(2, 0);
        writer.Flag(3, false);
        writer.Double(4, 0);
        writer.Text(5, "");
        writer.Bytes(6, []);
        writer.Message(7, null);
        writer.Numbers(8, []);
        writer.Texts(9, []);
        Assert.Equal(0, writer.Written.Length);

        writer.Double(4, -0.0);
        writer.Numbers(8, [0, ulong.MaxValue]);
        writer.Texts(9, ["", "a"]);
        writer.Message(10, new Inner(""));
        Assert.Equal("210000000000000080" + "420b00ffffffffffffffffff01" + "4a004a0161" + "5200", Convert.ToHexStringLower(writer.Written));
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(-0.01)]
    [InlineData(double.MaxValue)]
    [InlineData(double.Epsilon)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void A_double_is_written_as_others_do(double value)
    {
        var writer = new ProtoWriter();
        writer.Double(1, value);
        Assert.Equal(new DoubleValue { Value = value }.ToByteArray(), writer.Written.ToArray());
    }

    private sealed class Inner(string text) : IProtoMessage
    {
        public void Write(ProtoWriter writer) => writer.Text(2, text);
    }

    private static void Put(CodedOutputStream output, int field, string text)
    {
        if (text.Length > 0) Put(output, field, System.Text.Encoding.UTF8.GetBytes(text));
    }

    private static void Put(CodedOutputStream output, int field, byte[] bytes)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    }

    private static byte[] Written(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream);
        write(output);
        output.Flush();
        return stream.ToArray();
    }
}
