// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Runcs.Cgroups;
using Runcs.Cgroups.Systemd;
using Tmds.DBus.Protocol;

namespace Runcs.Conformance.Cgroups.Systemd;

/// <summary>Compares the messages to and from systemd with those of Tmds.DBus.Protocol, an independent D-Bus library.</summary>
public sealed class BusOracleTests : IDisposable
{
    private const string Destination = "org.freedesktop.systemd1", ManagerPath = "/org/freedesktop/systemd1", Manager = "org.freedesktop.systemd1.Manager";
    private const byte UnixFds = 9;

    private readonly DBusPeer _peer = new();

    public void Dispose() => _peer.Dispose();

    public static TheoryData<string> Calls => [.. _calls.Keys];

    private static readonly Dictionary<string, Func<Call>> _calls = new()
    {
        ["start on v1"] = () => Start(Hosts.Everything),
        ["start on v2"] = () => Start(Hosts.Unified),
        ["set on v1"] = () => Set(Hosts.Everything),
        ["set on v2"] = () => Set(Hosts.Unified),
        ["stop"] = () => OfManager("StopUnit", BusValue.Of("a.scope"), BusValue.Of("replace")),
        ["reset"] = () => OfManager("ResetFailedUnit", BusValue.Of("a.scope")),
        ["subscribe"] = () => OfManager("Subscribe"),
        ["version"] = () => new(Destination, "org.freedesktop.DBus.Properties", "Get", [BusValue.Of(Manager), BusValue.Of("Version")]),
        ["match"] = () => new("org.freedesktop.DBus", "org.freedesktop.DBus", "AddMatch", [BusValue.Of($"type='signal',interface='{Manager}',member='JobRemoved',path='{ManagerPath}'")]),
        ["every type"] = () => OfManager("M", BusValue.Of(true), BusValue.OfNumber('y', 1), BusValue.OfNumber('q', 2), BusValue.OfNumber('n', unchecked((ulong)-3)), BusValue.OfNumber('y', 4),
            BusValue.OfNumber('i', unchecked((ulong)-5)), BusValue.OfNumber('y', 6), BusValue.OfNumber('x', unchecked((ulong)-7)), BusValue.OfNumber('u', 8), BusValue.OfNumber('t', 9),
            BusValue.OfNumber('d', BitConverter.DoubleToUInt64Bits(2.5)), BusValue.OfText('g', "a(sv)"), BusValue.OfText('o', "/a"), BusValue.Of("é"), BusValue.Array("t"),
            BusValue.Variant(BusValue.Array("q", BusValue.OfNumber('q', 1), BusValue.OfNumber('q', 2))), BusValue.Bytes([1, 2, 3])),
    };

    // The order of header fields is free, and the library adds the number of descriptors, 0.
    [Theory]
    [MemberData(nameof(Calls))]
    public void A_call_equals_that_of_the_library(string name)
    {
        Call call = _calls[name]();
        byte[] theirs = _peer.Written(writer =>
        {
            writer.WriteMethodCallHeader(call.Destination, ManagerPath, call.Interface, call.Member, call.Signature, MessageFlags.None);
            foreach (BusValue argument in call.Arguments) Write(ref writer, argument);
            return writer.CreateMessage();
        });
        byte[] ours = call.Bytes(BinaryPrimitives.ReadUInt32LittleEndian(theirs.AsSpan(8)));
        Assert.Equal(theirs[..12], ours[..12]);
        Dictionary<byte, string> fields = Fields(theirs, out byte[] body);
        Assert.Equal("u 00000000", fields[UnixFds]);
        fields.Remove(UnixFds);
        Assert.Equal(fields, Fields(ours, out byte[] ourBody));
        Assert.Equal(body, ourBody);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void The_library_reads_a_call(string name)
    {
        Call call = _calls[name]();
        string read = "";
        byte[] reply = _peer.Answered(call.Bytes(17), context =>
        {
            Message message = context.Request;
            Reader reader = message.GetBodyReader();
            read = $"{message.DestinationAsString} {message.InterfaceAsString} {message.MemberAsString} {message.SignatureAsString}:";
            foreach (BusValue argument in call.Arguments) read += " " + Text(ref reader, argument.Signature);
            MessageWriter writer = context.CreateReplyWriter("o");
            writer.WriteObjectPath("/job/1");
            return writer.CreateMessage();
        });
        Assert.Equal($"{call.Destination} {call.Interface} {call.Member} {call.Signature}:{string.Concat(call.Arguments.Select(argument => " " + argument))}", read);

        var answer = new BusMessage(reply);
        Assert.Equal((BusMessageType.MethodReturn, 17u, "o", reply.Length), (answer.Type, answer.ReplySerial, answer.Signature, BusMessage.LengthOf(reply)));
        Assert.Equal("/job/1", answer.ReadString());
    }

    [Fact]
    public void An_error_and_a_signal_of_the_library_are_read()
    {
        var error = new BusMessage(_peer.Written(writer =>
        {
            writer.WriteError(7, errorName: "org.freedesktop.systemd1.NoSuchUnit", errorMsg: "Unit a.scope not loaded.");
            return writer.CreateMessage();
        }));
        Assert.Equal((BusMessageType.Error, 7u, "org.freedesktop.systemd1.NoSuchUnit", "s"), (error.Type, error.ReplySerial, error.ErrorName, error.Signature));
        Assert.Equal("Unit a.scope not loaded.", error.ReadString());

        var signal = new BusMessage(_peer.Written(writer =>
        {
            writer.WriteSignalHeader(path: ManagerPath, @interface: Manager, member: "JobRemoved", signature: "uoss");
            writer.WriteUInt32(4711);
            writer.WriteObjectPath("/org/freedesktop/systemd1/job/4711");
            writer.WriteString("a.scope");
            writer.WriteString("done");
            return writer.CreateMessage();
        }));
        Assert.Equal((BusMessageType.Signal, "JobRemoved", "uoss"), (signal.Type, signal.Member, signal.Signature));
        Assert.Equal((4711u, "/org/freedesktop/systemd1/job/4711", "a.scope", "done"), (signal.ReadNumber('u'), signal.ReadString(), signal.ReadString(), signal.ReadString()));

        var property = new BusMessage(_peer.Written(writer =>
        {
            writer.WriteMethodReturnHeader(7, signature: "v");
            writer.WriteVariantString("252.39-1~deb12u1");
            return writer.CreateMessage();
        }));
        Assert.Equal(("v", "s", "252.39-1~deb12u1"), (property.Signature, property.ReadSignature(), property.ReadString()));
    }

    private static Call Start(CgroupFacts host) => OfManager("StartTransientUnit", BusValue.Of("docker-4711.scope"), BusValue.Of("replace"),
        Properties([.. Plan(host).Start, new("PIDs", BusValue.Array("u", BusValue.OfNumber('u', 4711)))]), BusValue.Array("(sa(sv))"));

    private static Call Set(CgroupFacts host) =>
        OfManager("SetUnitProperties", BusValue.Of("docker-4711.scope"), BusValue.Of(true), Properties([.. Plan(host).Late, .. Plan(host).Devices]));

    private static BusValue Properties(IEnumerable<UnitProperty> properties) => BusValue.Array("(sv)", [.. properties.Select(property => property.ToBus())]);

    private static UnitPlan Plan(CgroupFacts host) => CgroupPlanner.PlanCgroups(UnitTests.Everything, "a-b.slice:docker:4711", "id", host,
        systemd: new SystemdRequest(true, new Dictionary<string, string> { ["org.systemd.property.After"] = "['x.service', 'y.service']", ["org.systemd.property.TimeoutStopSec"] = "1.5" })).Unit!;

    private static Call OfManager(string member, params BusValue[] arguments) => new(Destination, Manager, member, arguments);

    private static void Write(ref MessageWriter writer, BusValue value)
    {
        switch (value.Signature[0])
        {
            case 'b': writer.WriteBool(value.Number != 0); break;
            case 'y': writer.WriteByte((byte)value.Number); break;
            case 'n': writer.WriteInt16((short)value.Number); break;
            case 'q': writer.WriteUInt16((ushort)value.Number); break;
            case 'i': writer.WriteInt32((int)value.Number); break;
            case 'u': writer.WriteUInt32((uint)value.Number); break;
            case 'x': writer.WriteInt64((long)value.Number); break;
            case 't': writer.WriteUInt64(value.Number); break;
            case 'd': writer.WriteDouble(BitConverter.UInt64BitsToDouble(value.Number)); break;
            case 's': writer.WriteString(value.Text); break;
            case 'o': writer.WriteObjectPath(value.Text); break;
            case 'g': writer.WriteSignature(value.Text); break;
            case 'v':
                writer.WriteSignature(value.Items[0].Signature);
                Write(ref writer, value.Items[0]);
                break;
            case '(':
                writer.WriteStructureStart();
                foreach (BusValue item in value.Items) Write(ref writer, item);
                break;
            case 'a':
                ArrayStart start = writer.WriteArrayStart((DBusType)value.Signature[1]);
                foreach (BusValue item in value.Items) Write(ref writer, item);
                writer.WriteArrayEnd(start);
                break;
            default:
                Assert.Fail($"no such type here: {value.Signature}");
                break;
        }
    }

    // In BusValue's format. The library reads the value of a variant itself.
    private static string Text(ref Reader reader, string signature)
    {
        switch (signature[0])
        {
            case 'a':
                List<string> items = [];
                ArrayEnd end = reader.ReadArrayStart((DBusType)signature[1]);
                while (reader.HasNext(end)) items.Add(Text(ref reader, signature[1..]));
                return $"[{string.Join(' ', items)}]";
            case '(':
                reader.AlignStruct();
                // A property, which is the only structure outside of variants.
                Assert.Equal("(sv)", signature);
                return $"({Text(ref reader, "s")} {Text(ref reader, "v")})";
            case 'v': return Text(reader.ReadVariantValue());
            case 's': return $"\"{reader.ReadString()}\"";
            case 'o': return $"\"{reader.ReadObjectPathAsString()}\"";
            case 'g': return $"\"{reader.ReadSignatureAsString()}\"";
            case 'b': return reader.ReadBool() ? "true" : "false";
            case 'y': return $"{reader.ReadByte()}";
            case 'n': return $"{reader.ReadInt16()}";
            case 'q': return $"{reader.ReadUInt16()}";
            case 'i': return $"{reader.ReadInt32()}";
            case 'u': return $"{reader.ReadUInt32()}";
            case 'x': return $"{reader.ReadInt64()}";
            case 't': return $"{reader.ReadUInt64()}";
            case 'd': return $"{(long)(reader.ReadDouble() * 1e6)}e-6";
            default: throw new InvalidOperationException(signature);
        }
    }

    private static string Text(VariantValue value) => value.Type switch
    {
        VariantValueType.Array => $"[{string.Join(' ', Enumerable.Range(0, value.Count).Select(index => Text(value.GetItem(index))))}]",
        VariantValueType.Struct => $"({string.Join(' ', Enumerable.Range(0, value.Count).Select(index => Text(value.GetItem(index))))})",
        VariantValueType.String => $"\"{value.GetString()}\"",
        VariantValueType.Bool => value.GetBool() ? "true" : "false",
        VariantValueType.Byte => $"{value.GetByte()}",
        VariantValueType.UInt16 => $"{value.GetUInt16()}",
        VariantValueType.UInt32 => $"{value.GetUInt32()}",
        VariantValueType.UInt64 => $"{value.GetUInt64()}",
        _ => throw new InvalidOperationException($"{value.Type}"),
    };

    private static Dictionary<byte, string> Fields(byte[] message, out byte[] body)
    {
        Dictionary<byte, string> fields = [];
        int at = 16, end = at + BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(12));
        while (at < end)
        {
            at = at + 7 & ~7;
            char type = (char)message[at + 2];
            int length = type switch { 'g' => message[at + 4] + 2, 'u' => 4, _ => BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(at + 4)) + 5 };
            fields.Add(message[at], $"{type} {Convert.ToHexString(message, at + 4, length)}");
            at += 4 + length;
        }
        body = message[(end + 7 & ~7)..];
        return fields;
    }

    private sealed record Call(string Destination, string Interface, string Member, BusValue[] Arguments)
    {
        public string? Signature => Arguments.Length == 0 ? null : string.Concat(Arguments.Select(argument => argument.Signature));

        public byte[] Bytes(uint serial) => BusWriter.Call(serial, Destination, ManagerPath, Interface, Member, Arguments).ToArray();
    }
}
