// SPDX-License-Identifier: Apache-2.0
// config.md, "POSIX process": rlimits.
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>A resource limit, as for setrlimit(2).</summary>
public sealed class POSIXRlimit : DocumentObject
{
    /// <summary>The resource, as <c>RLIMIT_NOFILE</c>.</summary>
    public string Type { get; set; } = "";

    /// <summary>The upper limit of the soft limit, in the unit of the resource; RLIM_INFINITY is 18446744073709551615.</summary>
    public ulong Hard { get; set; }

    /// <summary>The limit that the kernel enforces, in the unit of the resource.</summary>
    public ulong Soft { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("type"u8))
            Type = reader.ReadString();
        else if (name.SequenceEqual("hard"u8))
            Hard = reader.ReadUInt64();
        else if (name.SequenceEqual("soft"u8))
            Soft = reader.ReadUInt64();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("type"u8, Type);
        json.Member("hard"u8, Hard);
        json.Member("soft"u8, Soft);
    }
}
