// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Network".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>Marks of network packets.</summary>
public sealed class LinuxNetwork : DocumentObject
{
    /// <summary><c>net_cls.classid</c>.</summary>
    public uint? ClassID { get; set; }

    /// <summary><c>net_prio.ifpriomap</c>.</summary>
    public LinuxInterfacePriority[] Priorities { get; set; } = [];

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("classID"u8))
            ClassID = reader.ReadUInt32();
        else if (name.SequenceEqual("priorities"u8))
            Priorities = reader.ReadObjects<LinuxInterfacePriority>();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.OptionalMember("classID"u8, (long?)ClassID);
        json.OptionalMember("priorities"u8, Priorities);
    }
}
