// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Namespaces".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>A namespace to make or to join.</summary>
public sealed class LinuxNamespace : DocumentObject
{
    /// <summary>One of <see cref="LinuxNamespaceType"/>.</summary>
    public string Type { get; set; } = "";

    /// <summary>The namespace file to join, absolute; "" for a new namespace.</summary>
    public string Path { get; set; } = "";

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("type"u8))
            Type = reader.ReadString();
        else if (name.SequenceEqual("path"u8))
            Path = reader.ReadString();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("type"u8, Type);
        json.OptionalMember("path"u8, Path);
    }
}
