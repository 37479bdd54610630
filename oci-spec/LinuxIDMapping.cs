// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "User namespace mappings".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>A line of <c>/proc/PID/uid_map</c> (user_namespaces(7)).</summary>
public sealed class LinuxIDMapping : DocumentObject
{
    /// <summary>The first id inside.</summary>
    public uint ContainerID { get; set; }

    /// <summary>The first id outside.</summary>
    public uint HostID { get; set; }

    /// <summary>How many ids.</summary>
    public uint Size { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("containerID"u8))
            ContainerID = reader.ReadUInt32();
        else if (name.SequenceEqual("hostID"u8))
            HostID = reader.ReadUInt32();
        else if (name.SequenceEqual("size"u8))
            Size = reader.ReadUInt32();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("containerID"u8, ContainerID);
        json.Member("hostID"u8, HostID);
        json.Member("size"u8, Size);
    }
}
