// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class State : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("ociVersion"u8, OciVersion);
        json.Member("id"u8, Id);
        json.Member("status"u8, Status);
        if (Pid != 0)
            json.Member("pid"u8, Pid);
        json.Member("bundle"u8, Bundle);
        json.OptionalMember("annotations"u8, Annotations);
        json.EndObject();
    }

    /// <summary>Goes to hooks on standard input: one line without its end, as Go's json.Marshal writes it.</summary>
    public byte[] WriteCompact()
    {
        JsonText json = JsonText.Compact();
        Write(json);
        return json.ToArray();
    }
}
