// SPDX-License-Identifier: Apache-2.0
// config.md, "User".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>The ids of a process, in the container's user namespace.</summary>
public sealed class User : DocumentObject
{
    /// <summary>User id.</summary>
    public uint Uid { get; set; }

    /// <summary>Group id.</summary>
    public uint Gid { get; set; }

    /// <summary>The umask, as a number (18 is octal 022); null for the runtime's default.</summary>
    public uint? Umask { get; set; }

    /// <summary>Supplementary groups.</summary>
    public uint[] AdditionalGids { get; set; } = [];

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("uid"u8))
            Uid = reader.ReadUInt32();
        else if (name.SequenceEqual("gid"u8))
            Gid = reader.ReadUInt32();
        else if (name.SequenceEqual("umask"u8))
            Umask = reader.ReadUInt32();
        else if (name.SequenceEqual("additionalGids"u8))
            AdditionalGids = reader.ReadUInt32s();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("uid"u8, Uid);
        json.Member("gid"u8, Gid);
        json.OptionalMember("umask"u8, (long?)Umask);
        json.OptionalMember("additionalGids"u8, AdditionalGids);
    }
}
