// SPDX-License-Identifier: Apache-2.0
// config.md, "Linux Process": capabilities.
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>The five capability sets of capabilities(7), names as <c>CAP_KILL</c>.</summary>
public sealed class LinuxCapabilities : DocumentObject
{
    /// <summary>The upper limit of the capabilities that an execve can add.</summary>
    public string[] Bounding { get; set; } = [];

    /// <summary>The set that the kernel checks.</summary>
    public string[] Effective { get; set; } = [];

    /// <summary>Preserved by an execve of a file with inheritable capabilities.</summary>
    public string[] Inheritable { get; set; } = [];

    /// <summary>The upper limit of the effective set.</summary>
    public string[] Permitted { get; set; } = [];

    /// <summary>Preserved by an execve of a file without capabilities.</summary>
    public string[] Ambient { get; set; } = [];

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("bounding"u8))
            Bounding = reader.ReadStrings();
        else if (name.SequenceEqual("effective"u8))
            Effective = reader.ReadStrings();
        else if (name.SequenceEqual("inheritable"u8))
            Inheritable = reader.ReadStrings();
        else if (name.SequenceEqual("permitted"u8))
            Permitted = reader.ReadStrings();
        else if (name.SequenceEqual("ambient"u8))
            Ambient = reader.ReadStrings();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.OptionalMember("bounding"u8, Bounding);
        json.OptionalMember("effective"u8, Effective);
        json.OptionalMember("inheritable"u8, Inheritable);
        json.OptionalMember("permitted"u8, Permitted);
        json.OptionalMember("ambient"u8, Ambient);
    }
}
