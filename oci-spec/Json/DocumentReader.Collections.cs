// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;

namespace Runcs.OciSpec.Json;

/// <summary>A type that stands in a document as a JSON object.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface IDocumentPart<TSelf>
    where TSelf : class, IDocumentPart<TSelf>
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at.</summary>
    static abstract TSelf ReadPart(ref DocumentReader reader);
}

public ref partial struct DocumentReader
{
    /// <summary>An array of strings without NUL characters.</summary>
    public string[] ReadStrings()
    {
        string[] buffer = gathered ??= new string[64];
        int count = 0;
        BeginArray();
        while (NextElement())
        {
            if (count == buffer.Length)
                gathered = buffer = Grown(buffer);
            buffer[count++] = ReadString();
        }
        return count == 0 ? [] : buffer.AsSpan(0, count).ToArray();
    }

    /// <summary>An array of whole numbers from 0 to 4294967295.</summary>
    public uint[] ReadUInt32s()
    {
        var values = new uint[8];
        int count = 0;
        BeginArray();
        while (NextElement())
        {
            if (count == values.Length)
                Array.Resize(ref values, 2 * count);
            values[count++] = ReadUInt32();
        }
        return values.AsSpan(0, count).ToArray();
    }

    /// <summary>An array of objects.</summary>
    public T[] ReadParts<T>()
        where T : class, IDocumentPart<T>
    {
        var parts = new T[4];
        int count = 0;
        BeginArray();
        while (NextElement())
        {
            if (count == parts.Length)
                parts = Grown(parts);
            parts[count++] = T.ReadPart(ref this);
        }
        return parts.AsSpan(0, count).ToArray();
    }

    /// <summary>An object with keys of the user's choice and strings as values, added to <paramref name="map"/>.</summary>
    /// <param name="map">Gets the entries; a key that comes twice keeps its last value.</param>
    /// <param name="nulAllowed">True for what stays among documents, as annotations do.</param>
    public void ReadMap(Dictionary<string, string> map, bool nulAllowed = false)
    {
        BeginObject();
        while (NextMember())
        {
            string key = NameAsKey(nulAllowed);
            map[key] = ReadString(nulAllowed);
        }
    }

    /// <summary>An object with keys of the user's choice and objects as values, added to <paramref name="map"/>.</summary>
    public void ReadPartMap<T>(Dictionary<string, T> map)
        where T : class, IDocumentPart<T>
    {
        BeginObject();
        while (NextMember())
        {
            string key = NameAsKey(nulAllowed: false);
            map[key] = T.ReadPart(ref this);
        }
    }

    private static T[] Grown<T>(T[] full)
        where T : class
    {
        var larger = new T[2 * full.Length];
        full.AsSpan().CopyTo(larger);
        return larger;
    }
}
