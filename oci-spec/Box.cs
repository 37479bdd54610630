// SPDX-License-Identifier: Apache-2.0
// config.md, "Process": consoleSize.
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>The size of a console, in characters.</summary>
public sealed class Box : DocumentObject
{
    /// <summary>Rows.</summary>
    public uint Height { get; set; }

    /// <summary>Columns.</summary>
    public uint Width { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("height"u8))
            Height = reader.ReadUInt32();
        else if (name.SequenceEqual("width"u8))
            Width = reader.ReadUInt32();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("height"u8, Height);
        json.Member("width"u8, Width);
    }
}
