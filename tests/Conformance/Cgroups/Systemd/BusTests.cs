// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups.Systemd;
using Runcs.Native;

namespace Runcs.Conformance.Cgroups.Systemd;

/// <summary>D-Bus Specification, "Marshaling (Wire Format)".</summary>
public class BusTests
{
    // What busctl (systemd 252) sends for
    // call org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager StartTransientUnit 'ssa(sv)a(sa(sv))'
    //   runcs-t1.scope replace 8 Description s 'runcs container t1' Slice s a-b.slice Delegate b true PIDs au 1 4711 MemoryMax t 67108864
    //   AllowedCPUs ay 2 5 1 DeviceAllow 'a(ss)' 1 /dev/char/1:3 rwm After as 2 x.service y.service 0
    // but for the flag that a user may be asked for a password (the third byte), which is for programs with one before them.
    private const string FromBusctl = """
        6c010001 60010000 02000000 b6000000 01016f00 19000000 2f6f7267 2f667265 65646573 6b746f70 2f737973 74656d64 31000000 00000000
        03017300 12000000 53746172 74547261 6e736965 6e74556e 69740000 00000000 02017300 20000000 6f72672e 66726565 6465736b 746f702e
        73797374 656d6431 2e4d616e 61676572 00000000 00000000 06017300 18000000 6f72672e 66726565 6465736b 746f702e 73797374 656d6431
        00000000 00000000 08016700 10737361 28737629 61287361 28737629 29000000 0e000000 72756e63 732d7431 2e73636f 70650000 07000000
        7265706c 61636500 32010000 00000000 0b000000 44657363 72697074 696f6e00 01730000 12000000 72756e63 7320636f 6e746169 6e657220
        74310000 00000000 05000000 536c6963 65000173 00000000 09000000 612d622e 736c6963 65000000 08000000 44656c65 67617465 00016200
        01000000 00000000 04000000 50494473 00026175 00000000 04000000 67120000 09000000 4d656d6f 72794d61 78000174 00000000 00000000
        00000004 00000000 0b000000 416c6c6f 77656443 50557300 02617900 02000000 05010000 00000000 0b000000 44657669 6365416c 6c6f7700
        05612873 73290000 1c000000 00000000 0d000000 2f646576 2f636861 722f313a 33000000 03000000 72776d00 00000000 05000000 41667465
        72000261 73000000 1e000000 09000000 782e7365 72766963 65000000 09000000 792e7365 72766963 65000000 00000000
        """;

    [Fact]
    public void A_call_equals_that_of_busctl()
    {
        UnitProperty[] properties =
        [
            new("Description", BusValue.Of("runcs container t1")),
            new("Slice", BusValue.Of("a-b.slice")),
            new("Delegate", BusValue.Of(true)),
            new("PIDs", BusValue.Array("u", BusValue.OfNumber('u', 4711))),
            new("MemoryMax", BusValue.Of(67108864)),
            new("AllowedCPUs", BusValue.Bytes([5, 1])),
            new("DeviceAllow", BusValue.Array("(ss)", BusValue.Struct(BusValue.Of("/dev/char/1:3"), BusValue.Of("rwm")))),
            new("After", BusValue.Array("s", BusValue.Of("x.service"), BusValue.Of("y.service"))),
        ];
        ReadOnlySpan<byte> call = BusWriter.Call(2, "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", "StartTransientUnit",
            [BusValue.Of("runcs-t1.scope"), BusValue.Of("replace"), BusValue.Array("(sv)", [.. properties.Select(property => property.ToBus())]), BusValue.Array("(sa(sv))")]);
        Assert.Equal(Bytes(FromBusctl), call.ToArray());
    }

    [Fact]
    public void Numbers_of_every_width_stand_where_they_belong()
    {
        ReadOnlySpan<byte> call = BusWriter.Call(1, "d.d", "/", "i.i", "M",
        [
            BusValue.OfNumber('y', 1),
            BusValue.OfNumber('q', 2),
            BusValue.OfNumber('y', 3),
            BusValue.OfNumber('u', 4),
            BusValue.OfNumber('n', unchecked((ulong)-5)),
            BusValue.OfNumber('x', unchecked((ulong)-6)),
            BusValue.OfText('g', "as"),
            BusValue.OfNumber('d', BitConverter.DoubleToUInt64Bits(2.5)),
        ]);
        Assert.Equal(Bytes("01 00 0200 03 000000 04000000 fbff 0000 faffffffffffffff 02617300 00000000 0000000000000440"), call[^40..].ToArray());
    }

    // Replies of systemd 252 on its own socket: one with a job's path, an error, a signal.
    [Fact]
    public void Messages_of_systemd_are_parsed()
    {
        var reply = new BusMessage(Message(2, [Field(5, "u", [7, 0, 0, 0]), Field(8, "g", [1, (byte)'o', 0])], [4, 0, 0, 0, .. "/a/b\0"u8]));
        Assert.Equal((BusMessageType.MethodReturn, 7u, "o"), (reply.Type, reply.ReplySerial, reply.Signature));
        Assert.Equal("/a/b", reply.ReadString());

        var error = new BusMessage(Message(3, [Field(5, "u", [7, 0, 0, 0]), Field(4, "s", Text("org.E")), Field(8, "g", [1, (byte)'s', 0])], Text("No.")));
        Assert.Equal((BusMessageType.Error, "org.E"), (error.Type, error.ErrorName));
        Assert.Equal("No.", error.ReadString());

        byte[] bytes = Message(4, [Field(1, "o", Text("/m")), Field(2, "s", Text("i.i")), Field(3, "s", Text("JobRemoved")), Field(8, "g", [4, .. "uoss\0"u8])], [9, 0, 0, 0, .. Text("/j/9")]);
        var signal = new BusMessage(bytes);
        Assert.Equal((BusMessageType.Signal, "JobRemoved", "uoss", bytes.Length), (signal.Type, signal.Member, signal.Signature, BusMessage.LengthOf(bytes)));
        Assert.Equal(9u, signal.ReadNumber('u'));
        Assert.Equal("/j/9", signal.ReadString());
    }

    [Fact]
    public void Invalid_messages_are_an_error()
    {
        byte[] good = Message(2, [Field(5, "u", [7, 0, 0, 0]), Field(8, "g", [1, (byte)'o', 0])], [4, 0, 0, 0, .. "/a/b\0"u8]);
        for (int i = 0; i < good.Length; i++)
        {
            foreach (byte value in (byte[])[0, 1, 0x7f, 0x80, 0xff])
            {
                byte[] bad = [.. good];
                bad[i] = value;
                try
                {
                    if (BusMessage.LengthOf(bad) != bad.Length) continue;
                    var message = new BusMessage(bad);
                    if (message.Signature.Length > 0) message.ReadString();
                }
                catch (RuncsException e)
                {
                    Assert.Equal("systemd sent an invalid D-Bus message", e.Message);
                }
            }
        }
    }

    private static byte[] Text(string text) => [(byte)text.Length, 0, 0, 0, .. System.Text.Encoding.ASCII.GetBytes(text), 0];

    // Each field begins at a multiple of eight, and its value at a multiple of four.
    private static byte[] Field(byte code, string type, byte[] value) => [code, 1, (byte)type[0], 0, .. value];

    private static byte[] Message(byte type, byte[][] fields, byte[] body)
    {
        byte[] all = [];
        foreach (byte[] field in fields) all = [.. Padded(all), .. field];
        return [.. Padded([(byte)'l', type, 0, 1, (byte)body.Length, 0, 0, 0, 1, 0, 0, 0, (byte)all.Length, 0, 0, 0, .. all]), .. body];
    }

    private static byte[] Padded(byte[] bytes) => [.. bytes, .. new byte[-bytes.Length & 7]];

    private static byte[] Bytes(string hex) => Convert.FromHexString(string.Concat(hex.Where(char.IsAsciiHexDigit)));
}
