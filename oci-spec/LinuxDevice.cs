// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Devices".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>A device node to make, as for mknod(2).</summary>
public sealed class LinuxDevice : DocumentObject
{
    /// <summary>Its absolute path inside the container.</summary>
    public string Path { get; set; } = "";

    /// <summary><c>c</c> or <c>u</c> (character), <c>b</c> (block) or <c>p</c> (fifo).</summary>
    public string Type { get; set; } = "";

    /// <summary>Major number; required except for a fifo, which has none.</summary>
    public long? Major { get; set; }

    /// <summary>Minor number; required except for a fifo, which has none.</summary>
    public long? Minor { get; set; }

    /// <summary>Permission bits, as a number (438 is octal 0666); null for the runtime's default.</summary>
    public uint? FileMode { get; set; }

    /// <summary>The owner's user id in the container; null for 0.</summary>
    public uint? Uid { get; set; }

    /// <summary>The group id in the container; null for 0.</summary>
    public uint? Gid { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("path"u8))
            Path = reader.ReadString();
        else if (name.SequenceEqual("type"u8))
            Type = reader.ReadString();
        else if (name.SequenceEqual("major"u8))
            Major = reader.ReadInt64();
        else if (name.SequenceEqual("minor"u8))
            Minor = reader.ReadInt64();
        else if (name.SequenceEqual("fileMode"u8))
            FileMode = reader.ReadUInt32();
        else if (name.SequenceEqual("uid"u8))
            Uid = reader.ReadUInt32();
        else if (name.SequenceEqual("gid"u8))
            Gid = reader.ReadUInt32();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("path"u8, Path);
        json.Member("type"u8, Type);
        json.OptionalMember("major"u8, Major);
        json.OptionalMember("minor"u8, Minor);
        json.OptionalMember("fileMode"u8, (long?)FileMode);
        json.OptionalMember("uid"u8, (long?)Uid);
        json.OptionalMember("gid"u8, (long?)Gid);
    }
}
