// SPDX-License-Identifier: Apache-2.0
// config.md, "Root".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>The root filesystem.</summary>
public sealed class Root : DocumentObject
{
    /// <summary>The directory, absolute or relative to the bundle.</summary>
    public string Path { get; set; } = "";

    /// <summary>The root file system is read-only inside the container.</summary>
    public bool Readonly { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("path"u8))
            Path = reader.ReadString();
        else if (name.SequenceEqual("readonly"u8))
            Readonly = reader.ReadBool();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("path"u8, Path);
        json.TrueMember("readonly"u8, Readonly);
    }
}
