// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Memory policy".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>NUMA policy, as for set_mempolicy(2).</summary>
public sealed class LinuxMemoryPolicy : DocumentObject
{
    /// <summary>The mode, as <c>MPOL_BIND</c>.</summary>
    public string Mode { get; set; } = "";

    /// <summary>The nodes, as <c>0-1,3</c>.</summary>
    public string Nodes { get; set; } = "";

    /// <summary>Flags, as <c>MPOL_F_STATIC_NODES</c>.</summary>
    public string[] Flags { get; set; } = [];

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("mode"u8))
            Mode = reader.ReadString();
        else if (name.SequenceEqual("nodes"u8))
            Nodes = reader.ReadString();
        else if (name.SequenceEqual("flags"u8))
            Flags = reader.ReadStrings();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("mode"u8, Mode);
        json.Member("nodes"u8, Nodes);
        json.OptionalMember("flags"u8, Flags);
    }
}
