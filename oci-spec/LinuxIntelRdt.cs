// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "IntelRdt".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>Cache and memory bandwidth by resctrl.</summary>
public sealed class LinuxIntelRdt : DocumentObject
{
    /// <summary>The class of service; "" for one with the container's name.</summary>
    public string ClosID { get; set; } = "";

    /// <summary>Lines for the schemata file.</summary>
    public string[] Schemata { get; set; } = [];

    /// <summary>The L3 line of the schemata file.</summary>
    public string L3CacheSchema { get; set; } = "";

    /// <summary>The MB line of the schemata file.</summary>
    public string MemBwSchema { get; set; } = "";

    /// <summary>Makes a monitoring group for the container.</summary>
    public bool EnableMonitoring { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("closID"u8))
            ClosID = reader.ReadString();
        else if (name.SequenceEqual("schemata"u8))
            Schemata = reader.ReadStrings();
        else if (name.SequenceEqual("l3CacheSchema"u8))
            L3CacheSchema = reader.ReadString();
        else if (name.SequenceEqual("memBwSchema"u8))
            MemBwSchema = reader.ReadString();
        else if (name.SequenceEqual("enableMonitoring"u8))
            EnableMonitoring = reader.ReadBool();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.OptionalMember("closID"u8, ClosID);
        json.OptionalMember("schemata"u8, Schemata);
        json.OptionalMember("l3CacheSchema"u8, L3CacheSchema);
        json.OptionalMember("memBwSchema"u8, MemBwSchema);
        json.TrueMember("enableMonitoring"u8, EnableMonitoring);
    }
}
