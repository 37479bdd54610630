// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "RDMA".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>Limits of an RDMA device.</summary>
public sealed class LinuxRdma : DocumentObject
{
    /// <summary>The limit of open handles; null for no limit.</summary>
    public uint? HcaHandles { get; set; }

    /// <summary>The limit of objects; null for no limit.</summary>
    public uint? HcaObjects { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("hcaHandles"u8))
            HcaHandles = reader.ReadUInt32();
        else if (name.SequenceEqual("hcaObjects"u8))
            HcaObjects = reader.ReadUInt32();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.OptionalMember("hcaHandles"u8, (long?)HcaHandles);
        json.OptionalMember("hcaObjects"u8, (long?)HcaObjects);
    }
}
