// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Runcs.Protobuf;
using Runcs.Shim.Messages;

namespace Runcs.Conformance.Shim;

/// <summary>The messages of the product and, by name, those of Google.Protobuf.</summary>
internal static class Oracle
{
    // Named otherwise in the product, where these names are taken.
    private static readonly Dictionary<string, string> _names = new(StringComparer.Ordinal) { ["UnixTime"] = "Timestamp", ["RuncOptions"] = "Options" };

    private static readonly FileDescriptor[] _files =
    [
        Runcs.Oracle.Task.TaskReflection.Descriptor, Runcs.Oracle.Events.EventsReflection.Descriptor, Runcs.Oracle.Ttrpc.TtrpcReflection.Descriptor,
        Runcs.Oracle.Runc.OptionsReflection.Descriptor, Runcs.Oracle.Runtime.RuntimeReflection.Descriptor,
        AnyReflection.Descriptor, TimestampReflection.Descriptor, EmptyReflection.Descriptor,
    ];

    public static IReadOnlyList<MessageDescriptor> Descriptors { get; } = [.. _files.SelectMany(file => file.MessageTypes)];

    /// <summary>The types of the product that are messages.</summary>
    public static IReadOnlyList<System.Type> Types { get; } =
        [.. typeof(ITaskEvent).Assembly.GetTypes().Where(type => type.Namespace == typeof(ITaskEvent).Namespace && !type.IsEnum && !type.IsInterface && type.DeclaringType == null)];

    public static MessageDescriptor Of(System.Type type) => Descriptors.Single(descriptor => descriptor.Name == _names.GetValueOrDefault(type.Name, type.Name));

    public static MethodInfo? ReaderOf(System.Type type) => type.GetMethod("Read", BindingFlags.Public | BindingFlags.Static);

    /// <summary>Reads as the product does.</summary>
    public static object? Read(System.Type type, byte[] bytes) => type.IsValueType ? null : Bound(type)(bytes);

    private delegate object? Reading(ReadOnlySpan<byte> bytes);

    private static readonly Dictionary<System.Type, Reading> _bound = [];

    private static Reading Bound(System.Type type)
    {
        if (!_bound.TryGetValue(type, out Reading? reading)) _bound[type] = reading = ReaderOf(type)!.CreateDelegate<Reading>();
        return reading;
    }

    /// <summary>The product's message with the values of the oracle's.</summary>
    public static object Convert(System.Type type, IMessage message)
    {
        object made = Activator.CreateInstance(type)!;
        foreach (FieldDescriptor field in Of(type).Fields.InDeclarationOrder())
        {
            if (type.GetProperty(field.PropertyName) is { } property) Set(made, property, ValueOf(property.PropertyType, field, message));
        }
        return made;
    }

    // A list or map without a setter is filled.
    private static void Set(object made, PropertyInfo property, object? value)
    {
        if (property.CanWrite) property.SetValue(made, value);
        else if (property.GetValue(made) is IDictionary map) Fill((IDictionary)value!, map);
        else foreach (object? one in (IEnumerable)value!) ((IList)property.GetValue(made)!).Add(one);
    }

    private static void Fill(IDictionary from, IDictionary map)
    {
        foreach (DictionaryEntry entry in from) map[entry.Key] = entry.Value;
    }

    private static object? ValueOf(System.Type type, FieldDescriptor field, IMessage message)
    {
        object value = field.Accessor.GetValue(message);
        if (field.IsMap) return new Dictionary<string, string>((IDictionary<string, string>)value);
        if (field.IsRepeated)
        {
            System.Type element = type.GetGenericArguments()[0];
            var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
            foreach (object one in (IEnumerable)value) list.Add(Single(element, one));
            return list;
        }
        if (field.HasPresence && field.FieldType != FieldType.Message && !field.Accessor.HasValue(message)) return null;
        return Single(type, value);
    }

    private static object? Single(System.Type type, object? value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            null => null,
            ByteString bytes => bytes.ToByteArray(),
            Timestamp time => new UnixTime(time.Seconds, time.Nanos),
            IMessage nested => Convert(type, nested),
            _ when type.IsEnum => System.Enum.ToObject(type, value),
            System.Enum => System.Convert.ToInt32(value),
            _ => value,
        };
    }

    /// <summary>Differing values, with their path; "" if the two are the same.</summary>
    public static string Difference(object? expected, object? got, string path = "")
    {
        if (expected is null || got is null) return expected is null && got is null ? "" : $"{path}: {expected ?? "null"}, {got ?? "null"}\n";
        if (expected is string || expected is UnixTime || expected.GetType().IsPrimitive || expected.GetType().IsEnum) return Equals(expected, got) ? "" : $"{path}: {expected}, {got}\n";
        if (expected is IDictionary<string, string> map) return map.OrderBy(entry => entry.Key, StringComparer.Ordinal).SequenceEqual(((IDictionary<string, string>)got).OrderBy(entry => entry.Key, StringComparer.Ordinal)) ? "" : $"{path}: maps differ\n";
        if (expected is IList list) return OfLists(list, (IList)got, path);
        return string.Concat(expected.GetType().GetProperties().Where(property => property.GetIndexParameters().Length == 0)
            .Select(property => Difference(property.GetValue(expected), property.GetValue(got), $"{path}.{property.Name}")));
    }

    private static string OfLists(IList expected, IList got, string path) => expected.Count != got.Count
        ? $"{path}: {expected.Count} and {got.Count} elements\n"
        : string.Concat(Enumerable.Range(0, got.Count).Select(i => Difference(expected[i], got[i], $"{path}[{i}]")));

    /// <summary>The bytes that the product writes.</summary>
    public static byte[] Write(object message) => ((IProtoMessage)message).ToBytes();
}
