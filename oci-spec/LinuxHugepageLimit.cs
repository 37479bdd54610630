// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Huge page limits".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>A limit of huge pages.</summary>
public sealed class LinuxHugepageLimit : DocumentObject
{
    /// <summary>The page size, as <c>2MB</c>.</summary>
    public string PageSize { get; set; } = "";

    /// <summary>Bytes.</summary>
    public ulong Limit { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("pageSize"u8))
            PageSize = reader.ReadString();
        else if (name.SequenceEqual("limit"u8))
            Limit = reader.ReadUInt64();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("pageSize"u8, PageSize);
        json.Member("limit"u8, Limit);
    }
}
