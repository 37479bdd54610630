// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Runcs.Protobuf;
using Runcs.Shim.Messages;

namespace Runcs.Conformance.Shim;

/// <summary>Every message of the shim against Google.Protobuf, with the .proto files of this folder.</summary>
public class MessageTests
{
    // A test covers the messages of one type; its seeds are the same in every run.
    private const int Runs = 200;

    public static TheoryData<string> Read { get; } = [.. Oracle.Types.Where(type => Oracle.ReaderOf(type) != null).Select(type => type.Name)];

    public static TheoryData<string> Written { get; } = [.. Oracle.Types.Where(type => typeof(IProtoMessage).IsAssignableFrom(type)).Select(type => type.Name)];

    [Fact]
    public void Every_message_is_here()
    {
        // A map's entries are a type of the descriptor only.
        Assert.Equal(Oracle.Descriptors.Select(descriptor => descriptor.FullName).Order(StringComparer.Ordinal),
            Oracle.Types.Select(type => Oracle.Of(type).FullName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Read))]
    public void What_others_write_is_read(string name) => ForRandom(name, (type, descriptor, random) =>
    {
        IMessage message = random.Next(descriptor);
        Assert.Equal("", Oracle.Difference(Oracle.Convert(type, message), Oracle.Read(type, message.ToByteArray())));
    });

    [Theory]
    [MemberData(nameof(Read))]
    public void Unknown_and_repeated_fields_are_read_as_others_do(string name) => ForRandom(name, (type, descriptor, random) =>
    {
        byte[] bytes = [.. random.Odd(descriptor), .. random.Next(descriptor).ToByteArray(), .. random.Odd(descriptor), .. random.Next(descriptor, withMessages: false).ToByteArray()];
        Assert.Equal("", Oracle.Difference(Oracle.Convert(type, descriptor.Parser.ParseFrom(bytes)), Oracle.Read(type, bytes)));
    });

    [Theory]
    [MemberData(nameof(Written))]
    public void What_is_written_is_what_others_write(string name) => ForRandom(name, (type, descriptor, random) =>
    {
        IMessage message = Known(type, random.Next(descriptor));
        byte[] bytes = Oracle.Write(Oracle.Convert(type, message));
        Assert.Equal(message, descriptor.Parser.ParseFrom(bytes));
        // The bytes are the same too, but for maps: their order is open, as is whether an entry's defaults are written.
        if (!descriptor.Fields.InDeclarationOrder().Any(field => field.IsMap)) Assert.Equal(message.ToByteArray(), bytes);
    });

    [Theory]
    [MemberData(nameof(Read))]
    public void Each_part_of_a_message_is_read_as_others_do(string name) => ForRandom(name, (type, descriptor, random) =>
    {
        byte[] bytes = random.Next(descriptor).ToByteArray();
        foreach (int end in Ends(bytes.Length))
        {
            byte[] part = bytes[..end];
            object? got = Oracle.Read(type, part);
            Assert.Equal("", Oracle.Difference(Expected(type, descriptor, part), got));
        }
    });

    [Theory]
    [MemberData(nameof(Read))]
    public void Damaged_messages_and_random_bytes_are_malformed_or_read_as_others_do(string name) => ForRandom(name, (type, descriptor, random) =>
    {
        byte[] bytes = random.Next(4) == 0 ? random.Bytes(64) : random.Next(descriptor).ToByteArray();
        for (int i = 0; i < 20; i++)
        {
            if (bytes.Length > 0 && i > 0) bytes[random.Next(Math.Min(bytes.Length, 200))] = (byte)random.Next(256);
            // Others accept more (ReaderTests).
            if (Oracle.Read(type, bytes) is { } got) Assert.Equal("", Oracle.Difference(Expected(type, descriptor, bytes), got));
        }
    });

    [Fact]
    public void An_event_names_its_type_and_topic()
    {
        ITaskEvent[] events = [.. Oracle.Types.Where(typeof(ITaskEvent).IsAssignableFrom).Select(type => (ITaskEvent)Activator.CreateInstance(type)!)];
        Assert.Equal(9, events.Length);
        Assert.All(events, one => Assert.Equal($"containerd.events.{one.GetType().Name}", one.TypeName));
        Assert.Equal(["/tasks/create", "/tasks/delete", "/tasks/exec-added", "/tasks/exec-started", "/tasks/exit", "/tasks/oom", "/tasks/paused", "/tasks/resumed", "/tasks/start"],
            events.Select(one => one.Topic).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("containerd.runc.v1.Options", RuncOptions.TypeName)]
    [InlineData("type.googleapis.com/containerd.runc.v1.Options", RuncOptions.TypeName)]
    [InlineData("types.containerd.io/opencontainers/runtime-spec/1/Process", "Process")]
    public void The_name_of_a_type_follows_the_last_slash(string url, string name) => Assert.Equal(name, new Any { TypeUrl = url }.TypeName);

    private static object? Expected(Type type, MessageDescriptor descriptor, byte[] bytes)
    {
        try
        {
            return Oracle.Convert(type, descriptor.Parser.ParseFrom(bytes));
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    // Every length of a small message; of a large one those near its ends and some between.
    private static IEnumerable<int> Ends(int length) => Enumerable.Range(0, length + 1).Where(end => end < 300 || end > length - 50 || end % 997 == 0);

    // Without the fields that the product leaves out.
    private static IMessage Known(Type type, IMessage message)
    {
        foreach (FieldDescriptor field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (type.GetProperty(field.PropertyName) is not { } property) field.Accessor.Clear(message);
            else if (field.FieldType == FieldType.Message && !field.IsMap && !field.IsRepeated && field.Accessor.GetValue(message) is IMessage nested) Known(property.PropertyType, nested);
        }
        return message;
    }

    private static void ForRandom(string name, Action<Type, MessageDescriptor, RandomMessages> test)
    {
        Type type = Oracle.Types.Single(type => type.Name == name);
        for (int seed = 0; seed < Runs; seed++) test(type, Oracle.Of(type), new RandomMessages(seed));
    }
}
