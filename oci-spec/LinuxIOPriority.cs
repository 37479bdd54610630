// SPDX-License-Identifier: Apache-2.0
// config.md, "Linux Process": ioPriority.
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>I/O priority, as for ioprio_set(2).</summary>
public sealed class LinuxIOPriority : DocumentObject
{
    /// <summary><c>IOPRIO_CLASS_RT</c>, <c>IOPRIO_CLASS_BE</c> or <c>IOPRIO_CLASS_IDLE</c>.</summary>
    public string Class { get; set; } = "";

    /// <summary>The level in the class, 0 (highest) to 7 (not checked here).</summary>
    public int Priority { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("class"u8))
            Class = reader.ReadString();
        else if (name.SequenceEqual("priority"u8))
            Priority = reader.ReadInt32();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("class"u8, Class);
        json.Member("priority"u8, Priority);
    }
}
