// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "PIDs".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>Number of tasks in a cgroup.</summary>
public sealed class LinuxPids : DocumentObject
{
    /// <summary>The most tasks; -1 for no limit, null to leave alone.</summary>
    public long? Limit { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("limit"u8))
            Limit = reader.ReadInt64();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.OptionalMember("limit"u8, Limit);
    }
}
