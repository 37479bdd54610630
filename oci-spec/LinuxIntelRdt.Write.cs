// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class LinuxIntelRdt : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.OptionalMember("closID"u8, ClosID);
        json.OptionalMember("schemata"u8, Schemata);
        json.OptionalMember("l3CacheSchema"u8, L3CacheSchema);
        json.OptionalMember("memBwSchema"u8, MemBwSchema);
        if (EnableMonitoring)
            json.Member("enableMonitoring"u8, true);
        json.EndObject();
    }
}

public sealed partial class LinuxMemoryPolicy : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("mode"u8, Mode);
        json.Member("nodes"u8, Nodes);
        json.OptionalMember("flags"u8, Flags);
        json.EndObject();
    }
}

public sealed partial class LinuxPersonality : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("domain"u8, Domain);
        json.OptionalMember("flags"u8, Flags);
        json.EndObject();
    }
}
