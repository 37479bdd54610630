// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;

namespace Runcs.OciSpec.Json;

/// <remarks>
/// Members follow Go's struct tags. <c>Member</c> always writes. <c>OptionalMember</c> omits the values that Go's
/// omitempty omits: null, false, 0, the empty string, empty arrays and maps. A writer of names alone
/// (<see cref="NamesOf"/>) collects each name and no value.
/// </remarks>
public sealed partial class JsonText
{
    /// <summary>Receives the names instead of the document; null in a writer of documents.</summary>
    private List<string>? names;

    /// <summary>The names of all members of an object, regardless of their values.</summary>
    internal static List<string> NamesOf(WritableObject target)
    {
        JsonText json = Compact();
        json.names = [];
        target.WriteMembers(json);
        return json.names;
    }

    /// <summary>A string member.</summary>
    public void Member(ReadOnlySpan<byte> name, string value)
    {
        if (Begins(name))
            String(value);
    }

    /// <summary>A number member.</summary>
    public void Member(ReadOnlySpan<byte> name, long value)
    {
        if (Begins(name))
            Number(value);
    }

    /// <summary>A number member.</summary>
    public void Member(ReadOnlySpan<byte> name, ulong value)
    {
        if (Begins(name))
            Number(value);
    }

    /// <summary>A Boolean member.</summary>
    public void Member(ReadOnlySpan<byte> name, bool value)
    {
        if (Begins(name))
            Bool(value);
    }

    /// <summary>An object member.</summary>
    public void Member(ReadOnlySpan<byte> name, WritableObject value)
    {
        if (Begins(name))
            value.Write(this);
    }

    /// <summary>A member with an array of strings, empty or not.</summary>
    public void Member(ReadOnlySpan<byte> name, string[] values)
    {
        if (Begins(name))
            Strings(values);
    }

    /// <summary>A string member, unless null or empty.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, string? value)
    {
        if (Begins(name, !string.IsNullOrEmpty(value)))
            String(value!);
    }

    /// <summary>A number member, unless null.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, long? value)
    {
        if (Begins(name, value != null))
            Number(value.GetValueOrDefault());
    }

    /// <summary>A number member, unless null.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, ulong? value)
    {
        if (Begins(name, value != null))
            Number(value.GetValueOrDefault());
    }

    /// <summary>A Boolean member, unless null.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, bool? value)
    {
        if (Begins(name, value != null))
            Bool(value.GetValueOrDefault());
    }

    /// <summary>An object member, unless null.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, WritableObject? value)
    {
        if (Begins(name, value != null))
            value!.Write(this);
    }

    /// <summary>A number member, unless 0.</summary>
    public void NonzeroMember(ReadOnlySpan<byte> name, long value)
    {
        if (Begins(name, value != 0))
            Number(value);
    }

    /// <summary>A number member, unless 0.</summary>
    public void NonzeroMember(ReadOnlySpan<byte> name, ulong value)
    {
        if (Begins(name, value != 0))
            Number(value);
    }

    /// <summary>A Boolean member, unless false.</summary>
    public void TrueMember(ReadOnlySpan<byte> name, bool value)
    {
        if (Begins(name, value))
            Bool(value);
    }

    /// <summary>A member with an array of strings, unless null or empty.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, string[]? values)
    {
        if (Begins(name, values is { Length: > 0 }))
            Strings(values!);
    }

    /// <summary>A member with an array of strings, unless null: an empty one is written, which Go's omitempty would leave out.</summary>
    public void NullableMember(ReadOnlySpan<byte> name, string[]? values)
    {
        if (Begins(name, values != null))
            Strings(values!);
    }

    /// <summary>A member with an array of numbers, unless empty.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, uint[] values)
    {
        if (!Begins(name, values.Length > 0))
            return;
        BeginArray();
        foreach (uint value in values)
            Number((ulong)value);
        EndArray();
    }

    /// <summary>A member with an array of objects, unless empty.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, WritableObject[] values)
    {
        if (!Begins(name, values.Length > 0))
            return;
        BeginArray();
        foreach (WritableObject value in values)
            value.Write(this);
        EndArray();
    }

    /// <summary>A member with a map, unless empty, its keys in Go's order.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, Dictionary<string, string>? map)
    {
        if (!Begins(name, map is { Count: > 0 }) || map == null)
            return;
        BeginObject();
        foreach (string key in GoKeyOrder.KeysOf(map))
        {
            Name(key);
            String(map[key]);
        }
        EndObject();
    }

    /// <summary>A member with a map of objects, unless empty, its keys in Go's order.</summary>
    public void OptionalMember<T>(ReadOnlySpan<byte> name, Dictionary<string, T> map)
        where T : WritableObject
    {
        if (!Begins(name, map.Count > 0))
            return;
        BeginObject();
        foreach (string key in GoKeyOrder.KeysOf(map))
        {
            Name(key);
            map[key].Write(this);
        }
        EndObject();
    }

    private void Strings(string[] values)
    {
        BeginArray();
        foreach (string value in values)
            String(value);
        EndArray();
    }

    /// <summary>Writes a member's name; false if no value follows.</summary>
    private bool Begins(ReadOnlySpan<byte> name, bool written = true)
    {
        if (names != null)
        {
            names.Add(Encoding.UTF8.GetString(name));
            return false;
        }
        if (written)
            Name(name);
        return written;
    }
}
