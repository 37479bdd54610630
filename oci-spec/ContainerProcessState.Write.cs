// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class ContainerProcessState : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("ociVersion"u8, OciVersion);
        json.Member("fds"u8, Fds);
        json.Member("pid"u8, Pid);
        json.OptionalMember("metadata"u8, Metadata);
        json.Member("state"u8, State);
        json.EndObject();
    }

    /// <summary>Goes to the listener: one line without its end, as Go's json.Marshal writes it.</summary>
    public byte[] WriteCompact()
    {
        JsonText json = JsonText.Compact();
        Write(json);
        return json.ToArray();
    }
}
