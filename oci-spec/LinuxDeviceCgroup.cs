// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Allowed Device list".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>A device rule.</summary>
public sealed class LinuxDeviceCgroup : DocumentObject
{
    /// <summary>Allows if true, else denies.</summary>
    public bool Allow { get; set; }

    /// <summary><c>a</c> (all), <c>c</c> or <c>b</c>; "" is all.</summary>
    public string Type { get; set; } = "";

    /// <summary>Major number; null or -1 for any.</summary>
    public long? Major { get; set; }

    /// <summary>Minor number; null or -1 for any.</summary>
    public long? Minor { get; set; }

    /// <summary>Letters of <c>rwm</c>: read, write, mknod; "" is all.</summary>
    public string Access { get; set; } = "";

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("allow"u8))
            Allow = reader.ReadBool();
        else if (name.SequenceEqual("type"u8))
            Type = reader.ReadString();
        else if (name.SequenceEqual("major"u8))
            Major = reader.ReadInt64();
        else if (name.SequenceEqual("minor"u8))
            Minor = reader.ReadInt64();
        else if (name.SequenceEqual("access"u8))
            Access = reader.ReadString();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("allow"u8, Allow);
        json.OptionalMember("type"u8, Type);
        json.OptionalMember("major"u8, Major);
        json.OptionalMember("minor"u8, Minor);
        json.OptionalMember("access"u8, Access);
    }
}
