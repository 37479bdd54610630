// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Block IO".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>The weight of a device.</summary>
public sealed class LinuxWeightDevice : DocumentObject
{
    /// <summary>Major number.</summary>
    public long Major { get; set; }

    /// <summary>Minor number.</summary>
    public long Minor { get; set; }

    /// <summary>The weight, 10 to 1000 (not checked here).</summary>
    public ushort? Weight { get; set; }

    /// <summary>The weight of the cgroup's own tasks against its children.</summary>
    public ushort? LeafWeight { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("major"u8))
            Major = reader.ReadInt64();
        else if (name.SequenceEqual("minor"u8))
            Minor = reader.ReadInt64();
        else if (name.SequenceEqual("weight"u8))
            Weight = reader.ReadUInt16();
        else if (name.SequenceEqual("leafWeight"u8))
            LeafWeight = reader.ReadUInt16();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("major"u8, Major);
        json.Member("minor"u8, Minor);
        json.OptionalMember("weight"u8, (long?)Weight);
        json.OptionalMember("leafWeight"u8, (long?)LeafWeight);
    }
}
