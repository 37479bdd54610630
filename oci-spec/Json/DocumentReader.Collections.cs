// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Runcs.OciSpec.Json;

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

    /// <summary>An object, read into <paramref name="target"/>; members missing in the document keep their values.</summary>
    /// <param name="target">Null for a new one.</param>
    public T ReadObject<T>(T? target = null)
        where T : DocumentObject, new()
    {
        target ??= New<T>();
        ReadMembers(target);
        return target;
    }

    /// <summary>An array of objects.</summary>
    public T[] ReadObjects<T>()
        where T : DocumentObject, new()
    {
        var objects = new T[4];
        int count = 0;
        BeginArray();
        while (NextElement())
        {
            if (count == objects.Length)
                objects = Grown(objects);
            objects[count++] = ReadObject<T>();
        }
        return objects.AsSpan(0, count).ToArray();
    }

    /// <summary>An object with keys of the user's choice and strings as values, added to <paramref name="map"/>.</summary>
    /// <param name="map">Receives the entries; a duplicate key keeps its last value.</param>
    /// <param name="nulAllowed">True for values that no system call sees, such as annotations.</param>
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
    public void ReadObjectMap<T>(Dictionary<string, T> map)
        where T : DocumentObject, new()
    {
        BeginObject();
        while (NextMember())
        {
            string key = NameAsKey(nulAllowed: false);
            map[key] = ReadObject<T>();
        }
    }

    // For a type parameter the compiler calls Activator.CreateInstance, which wraps exceptions of the constructor.
    private static T New<T>()
        where T : DocumentObject, new()
    {
        try
        {
            return new T();
        }
        catch (TargetInvocationException e) when (e.InnerException is OutOfMemoryException)
        {
            ExceptionDispatchInfo.Throw(e.InnerException);
            throw;
        }
    }

    private void ReadMembers(DocumentObject target)
    {
        BeginObject();
        while (NextMember())
            target.ReadMember(ref this);
    }

    private static T[] Grown<T>(T[] full)
        where T : class
    {
        var larger = new T[2 * full.Length];
        full.AsSpan().CopyTo(larger);
        return larger;
    }
}
