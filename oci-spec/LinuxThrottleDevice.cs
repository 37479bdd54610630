// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Block IO".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>A rate of a device.</summary>
public sealed class LinuxThrottleDevice : DocumentObject
{
    /// <summary>Major number.</summary>
    public long Major { get; set; }

    /// <summary>Minor number.</summary>
    public long Minor { get; set; }

    /// <summary>Bytes or operations a second.</summary>
    public ulong Rate { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("major"u8))
            Major = reader.ReadInt64();
        else if (name.SequenceEqual("minor"u8))
            Minor = reader.ReadInt64();
        else if (name.SequenceEqual("rate"u8))
            Rate = reader.ReadUInt64();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("major"u8, Major);
        json.Member("minor"u8, Minor);
        json.Member("rate"u8, Rate);
    }
}
