// SPDX-License-Identifier: Apache-2.0
// D-Bus Specification, "Type System"
using System;

namespace Runcs.Cgroups.Systemd;

/// <summary>A value of D-Bus with its type: a number, a string, or an array or structure of others.</summary>
public sealed class BusValue
{
    private BusValue(string signature) => Signature = signature;

    public string Signature { get; }

    /// <summary>For the types y, b, n, q, i, u, x and t, negative numbers in two's complement; for d its bits.</summary>
    public ulong Number { get; private init; }

    /// <summary>For the types s, o and g.</summary>
    public string Text { get; private init; } = "";

    /// <summary>The elements of arrays and structures, and the value in a variant.</summary>
    public BusValue[] Items { get; private init; } = [];

    public static BusValue Of(bool value) => OfNumber('b', value ? 1u : 0u);

    public static BusValue Of(ulong value) => OfNumber('t', value);

    public static BusValue Of(string value) => new("s") { Text = value };

    /// <param name="type">One of the types that are numbers.</param>
    public static BusValue OfNumber(char type, ulong value) => new(type.ToString()) { Number = value };

    /// <param name="type">s, o or g.</param>
    public static BusValue OfText(char type, string value) => new(type.ToString()) { Text = value };

    /// <param name="element">The type of each.</param>
    public static BusValue Array(string element, params BusValue[] items) => new("a" + element) { Items = items };

    public static BusValue Struct(params BusValue[] items) => new(string.Concat("(", string.Concat(System.Array.ConvertAll(items, static item => item.Signature)), ")")) { Items = items };

    /// <summary>A variant: a value with its type.</summary>
    public static BusValue Variant(BusValue value) => new("v") { Items = [value] };

    public static BusValue Bytes(ReadOnlySpan<byte> bytes)
    {
        var items = new BusValue[bytes.Length];
        for (int i = 0; i < items.Length; i++) items[i] = OfNumber('y', bytes[i]);
        return Array("y", items);
    }

    /// <summary>In busctl's format, without the type: <c>5</c>, <c>"text"</c>, <c>[1 2]</c>.</summary>
    public override string ToString() => Signature[0] switch
    {
        'b' => Number == 0 ? "false" : "true",
        'n' or 'i' or 'x' => ((long)Number).ToString(),
        // The framework's formatting would add as much code as this whole folder.
        'd' => string.Concat(((long)(BitConverter.UInt64BitsToDouble(Number) * 1e6)).ToString(), "e-6"),
        's' or 'o' or 'g' => string.Concat("\"", Text, "\""),
        'a' => string.Concat("[", string.Join(' ', (object[])Items), "]"),
        '(' => string.Concat("(", string.Join(' ', (object[])Items), ")"),
        'v' => Items[0].ToString(),
        _ => Number.ToString(),
    };
}
