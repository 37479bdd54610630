// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Offset for Time Namespace".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>The offset of a clock (time_namespaces(7)).</summary>
public sealed class LinuxTimeOffset : DocumentObject
{
    /// <summary>Whole seconds, may be negative.</summary>
    public long Secs { get; set; }

    /// <summary>Nanoseconds added to the seconds.</summary>
    public uint Nanosecs { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("secs"u8))
            Secs = reader.ReadInt64();
        else if (name.SequenceEqual("nanosecs"u8))
            Nanosecs = reader.ReadUInt32();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.NonzeroMember("secs"u8, Secs);
        json.NonzeroMember("nanosecs"u8, Nanosecs);
    }
}
