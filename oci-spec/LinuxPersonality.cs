// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Personality".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>The execution domain, as for personality(2).</summary>
public sealed class LinuxPersonality : DocumentObject
{
    /// <summary><c>LINUX</c> or <c>LINUX32</c>.</summary>
    public string Domain { get; set; } = "";

    /// <summary>The specification defines no flag.</summary>
    public string[] Flags { get; set; } = [];

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("domain"u8))
            Domain = reader.ReadString();
        else if (name.SequenceEqual("flags"u8))
            Flags = reader.ReadStrings();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("domain"u8, Domain);
        json.OptionalMember("flags"u8, Flags);
    }
}
