// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Runcs.Native;

namespace Runcs.Conformance.Native;

/// <summary>netlink(7) and rtnetlink(7): the kernel's layout of attributes.</summary>
public class NetlinkMessageTests
{
    [Fact]
    public void Attributes_are_read_one_after_the_other()
    {
        byte[] text = [.. Attribute(3, "eth0\0"u8), 0, 0, 0, .. Attribute(4, [1, 2, 0, 0]), .. Attribute(0x8005, [])];
        NetlinkAttributes attributes = new(text);
        Assert.True(attributes.Next());
        Assert.Equal((3, "eth0"), (attributes.Type, attributes.Text));
        Assert.True(attributes.Next());
        Assert.Equal((4, 513u), (attributes.Type, attributes.Number));
        Assert.True(attributes.Next());
        // The flag for nesting does not belong to the type.
        Assert.Equal((5, 0u), (attributes.Type, attributes.Number));
        Assert.False(attributes.Next());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(65535)]
    public void An_invalid_length_ends_the_attributes(ushort length)
    {
        byte[] text = Attribute(3, [1, 2, 3, 4]);
        BinaryPrimitives.WriteUInt16LittleEndian(text, length);
        Assert.False(new NetlinkAttributes(text).Next());
    }

    [Fact]
    public void A_value_whose_length_does_not_fit_is_refused()
    {
        NetlinkMessage message = new(16);
        message.Attribute(3, new byte[65531]);
        Assert.Throws<OverflowException>(() => message.Attribute(3, new byte[65532]));
    }

    private static byte[] Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        byte[] attribute = new byte[4 + value.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(attribute, (ushort)attribute.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(attribute.AsSpan(2), type);
        value.CopyTo(attribute.AsSpan(4));
        return attribute;
    }
}
