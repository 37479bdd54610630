// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Network".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>The priority of packets sent through an interface.</summary>
public sealed class LinuxInterfacePriority : DocumentObject
{
    /// <summary>The interface.</summary>
    public string Name { get; set; } = "";

    /// <summary>The priority.</summary>
    public uint Priority { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("name"u8))
            Name = reader.ReadString();
        else if (name.SequenceEqual("priority"u8))
            Priority = reader.ReadUInt32();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("name"u8, Name);
        json.Member("priority"u8, Priority);
    }
}
