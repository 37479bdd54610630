// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Runcs.Protobuf;
using Runcs.Shim.Messages;

namespace Runcs.Conformance.Protobuf;

/// <summary>The reader on bytes that no writer writes. <see cref="Shim.MessageTests"/> has whole messages.</summary>
public class ReaderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("08 01", "1:1")]
    [InlineData("08 ff ff ff ff ff ff ff ff ff 01", "1:18446744073709551615")]
    // More bytes than the number needs.
    [InlineData("88 80 00 81 80 00", "1:1")]
    [InlineData("0a 03 61 00 62", "1:610062")]
    [InlineData("fa ff ff ff 0f 00", "536870911:")]
    // Values of other forms are skipped, and groups with all that is in them.
    [InlineData("0d 01 02 03 04 11 01 02 03 04 05 06 07 08 18 05", "3:5")]
    [InlineData("0b 10 01 1b 22 01 00 1c 0c 10 07", "2:7")]
    public void A_message_is_read_field_by_field(string hex, params string[] fields) => Assert.Equal(fields, Fields(hex));

    [Theory]
    [InlineData("08")]
    [InlineData("08 ff ff ff ff ff ff ff ff ff ff 01")]
    [InlineData("88")]
    [InlineData("0a 01")]
    [InlineData("0a 05 01 02 03 04")]
    // A length of nearly 2^64, of 2^32 and of 2^31.
    [InlineData("0a ff ff ff ff ff ff ff ff ff 01 01")]
    [InlineData("0a 80 80 80 80 10 01")]
    [InlineData("0a 80 80 80 80 08 01")]
    [InlineData("09 01 02 03 04 05 06 07")]
    [InlineData("0d 01 02 03")]
    // Field 0, a field above 2^29, and the forms that do not exist.
    [InlineData("00 01")]
    [InlineData("f8 ff ff ff 1f 01")]
    [InlineData("0e 01")]
    [InlineData("0f 01")]
    // A group without an end, with another's end, and an end alone.
    [InlineData("0b 10 01")]
    [InlineData("0b 14")]
    [InlineData("0c")]
    public void An_invalid_message_is_malformed(string hex) => Assert.Equal("malformed", Fields(hex)[^1]);

    // Deeper than the stack is, if each group were a call.
    [Theory]
    [InlineData(100, false)]
    [InlineData(101, true)]
    [InlineData(1_000_000, true)]
    public void Groups_are_skipped_to_a_limit(int depth, bool isMalformed)
    {
        var reader = new ProtoReader([.. Enumerable.Repeat((byte)0x0b, depth), .. Enumerable.Repeat((byte)0x0c, depth)]);
        Assert.False(reader.TryNext(out _, out _));
        Assert.Equal(isMalformed, reader.IsMalformed);
    }

    // A frame of ttrpc has up to four megabytes, each two of which can be an element of a list.
    [Theory]
    [InlineData(1 << 16, false)]
    [InlineData((1 << 16) + 1, true)]
    [InlineData(2 << 20, true)]
    public void Fields_are_read_to_a_limit(int count, bool isMalformed)
    {
        byte[] bytes = [.. Enumerable.Range(0, count).SelectMany(_ => new byte[] { 0x1a, 0 })];
        Assert.Equal(isMalformed, CreateTaskRequest.Read(bytes) == null);
    }

    [Theory]
    [InlineData("ff")]
    [InlineData("61 c3")]
    [InlineData("ed a0 80")]
    [InlineData("c0 80")]
    public void Text_that_is_not_UTF_8_is_malformed(string hex)
    {
        byte[] text = Bytes(hex);
        var reader = new ProtoReader([0x0a, (byte)text.Length, .. text, 0x0a, 0]);
        Assert.True(reader.TryNext(out _, out _));
        Assert.Equal(text, reader.Bytes);
        Assert.False(reader.IsMalformed);
        Assert.Equal("", reader.Text);
        Assert.True(reader.IsMalformed);
        Assert.False(reader.TryNext(out _, out _));
        Assert.Throws<InvalidProtocolBufferException>(() => Oracle.Ttrpc.KeyValue.Parser.ParseFrom([0x0a, (byte)text.Length, .. text]));
    }

    [Theory]
    [InlineData("00")]
    [InlineData("2f 61 00 2f 62")]
    public void Text_with_NUL_is_malformed(string hex)
    {
        byte[] text = Bytes(hex);
        Assert.Null(CreateTaskRequest.Read([0x12, (byte)text.Length, .. text]));
    }

    // Where this reader is stricter than Google.Protobuf, as Go's is: bits of a tag or of a length beyond 32.
    [Theory]
    [InlineData("8a 80 80 80 10 00")]
    [InlineData("0a 80 80 80 80 10")]
    public void What_others_accept_can_be_malformed(string hex)
    {
        Oracle.Ttrpc.KeyValue.Parser.ParseFrom(Bytes(hex));
        Assert.Equal("malformed", Fields(hex)[^1]);
    }

    private static List<string> Fields(string hex)
    {
        var fields = new List<string>();
        var reader = new ProtoReader(Bytes(hex));
        while (reader.TryNext(out int field, out WireType type)) fields.Add(type == WireType.Varint ? $"{field}:{reader.Varint}" : $"{field}:{Convert.ToHexStringLower(reader.Bytes)}");
        if (reader.IsMalformed) fields.Add("malformed");
        return fields;
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
