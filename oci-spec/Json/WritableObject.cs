// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.OciSpec.Json;

/// <summary>A type that is written as a JSON object.</summary>
public abstract class WritableObject
{
    private protected WritableObject()
    {
    }

    /// <summary>Writes the object.</summary>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        WriteMembers(json);
        json.EndObject();
    }

    /// <summary>One line without its end, as Go's json.Marshal writes it.</summary>
    public byte[] WriteCompact()
    {
        JsonText json = JsonText.Compact();
        Write(json);
        return json.ToArray();
    }

    /// <summary>Writes the members, in the order of the fields in the specification's Go types.</summary>
    internal abstract void WriteMembers(JsonText json);
}
