// SPDX-License-Identifier: Apache-2.0
// config.md, "Mounts".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>A mount on top of the root filesystem.</summary>
public sealed class Mount : DocumentObject
{
    /// <summary>The mount point, absolute, inside the container.</summary>
    public string Destination { get; set; } = "";

    /// <summary>The filesystem type; ignored with the options <c>bind</c> and <c>rbind</c>.</summary>
    public string Type { get; set; } = "";

    /// <summary>A device name, a path (absolute or relative to the bundle), or a dummy name.</summary>
    public string Source { get; set; } = "";

    /// <summary>Options as for mount(8).</summary>
    public string[] Options { get; set; } = [];

    /// <summary>User ids of an idmapped mount.</summary>
    public LinuxIDMapping[] UidMappings { get; set; } = [];

    /// <summary>Group ids of an idmapped mount.</summary>
    public LinuxIDMapping[] GidMappings { get; set; } = [];

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("destination"u8))
            Destination = reader.ReadString();
        else if (name.SequenceEqual("type"u8))
            Type = reader.ReadString();
        else if (name.SequenceEqual("source"u8))
            Source = reader.ReadString();
        else if (name.SequenceEqual("options"u8))
            Options = reader.ReadStrings();
        else if (name.SequenceEqual("uidMappings"u8))
            UidMappings = reader.ReadObjects<LinuxIDMapping>();
        else if (name.SequenceEqual("gidMappings"u8))
            GidMappings = reader.ReadObjects<LinuxIDMapping>();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("destination"u8, Destination);
        json.OptionalMember("type"u8, Type);
        json.OptionalMember("source"u8, Source);
        json.OptionalMember("options"u8, Options);
        json.OptionalMember("uidMappings"u8, UidMappings);
        json.OptionalMember("gidMappings"u8, GidMappings);
    }
}
