// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;

namespace Runcs.OciSpec.Json;

/// <remarks>
/// Members as Go's struct tags have them. <c>Member</c> always writes. <c>OptionalMember</c> leaves out what Go's
/// omitempty leaves out: null, false, 0, the empty string, empty arrays and maps.
/// </remarks>
public sealed partial class JsonText
{
    /// <summary>A string member.</summary>
    public void Member(ReadOnlySpan<byte> name, string value)
    {
        Name(name);
        String(value);
    }

    /// <summary>A number member.</summary>
    public void Member(ReadOnlySpan<byte> name, long value)
    {
        Name(name);
        Number(value);
    }

    /// <summary>A number member.</summary>
    public void Member(ReadOnlySpan<byte> name, ulong value)
    {
        Name(name);
        Number(value);
    }

    /// <summary>A truth value member.</summary>
    public void Member(ReadOnlySpan<byte> name, bool value)
    {
        Name(name);
        Bool(value);
    }

    /// <summary>An object member.</summary>
    public void Member(ReadOnlySpan<byte> name, WritableObject value)
    {
        Name(name);
        value.Write(this);
    }

    /// <summary>A member with an array of strings, empty or not.</summary>
    public void Member(ReadOnlySpan<byte> name, string[] values)
    {
        Name(name);
        BeginArray();
        foreach (string value in values)
            String(value);
        EndArray();
    }

    /// <summary>A string member, unless null or empty.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            Member(name, value);
    }

    /// <summary>A number member, unless null.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
            Member(name, number);
    }

    /// <summary>A number member, unless null.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, ulong? value)
    {
        if (value is { } number)
            Member(name, number);
    }

    /// <summary>A truth value member, unless null.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, bool? value)
    {
        if (value is { } truth)
            Member(name, truth);
    }

    /// <summary>An object member, unless null.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, WritableObject? value)
    {
        if (value is not null)
            Member(name, value);
    }

    /// <summary>A member with an array of strings, unless null or empty.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, string[]? values)
    {
        if (values is { Length: > 0 })
            Member(name, values);
    }

    /// <summary>A member with an array of strings, unless null: an empty one is written, which Go's omitempty would leave out.</summary>
    public void NullableMember(ReadOnlySpan<byte> name, string[]? values)
    {
        if (values is not null)
            Member(name, values);
    }

    /// <summary>A member with an array of numbers, unless empty.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, uint[] values)
    {
        if (values.Length == 0)
            return;
        Name(name);
        BeginArray();
        foreach (uint value in values)
            Number((ulong)value);
        EndArray();
    }

    /// <summary>A member with an array of objects, unless empty.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, WritableObject[] values)
    {
        if (values.Length == 0)
            return;
        Name(name);
        BeginArray();
        foreach (WritableObject value in values)
            value.Write(this);
        EndArray();
    }

    /// <summary>A member with a map, unless empty, its keys in Go's order.</summary>
    public void OptionalMember(ReadOnlySpan<byte> name, Dictionary<string, string> map)
    {
        if (map.Count == 0)
            return;
        Name(name);
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
        if (map.Count == 0)
            return;
        Name(name);
        BeginObject();
        foreach (string key in GoKeyOrder.KeysOf(map))
        {
            Name(key);
            map[key].Write(this);
        }
        EndObject();
    }
}
