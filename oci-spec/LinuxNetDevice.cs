// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Network Devices".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>A network device to move into the container.</summary>
public sealed class LinuxNetDevice : DocumentObject
{
    /// <summary>Its name in the container; "" to keep its name.</summary>
    public string Name { get; set; } = "";

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("name"u8))
            Name = reader.ReadString();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.OptionalMember("name"u8, Name);
    }
}
