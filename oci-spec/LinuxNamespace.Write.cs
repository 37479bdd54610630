// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class LinuxNamespace : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("type"u8, Type);
        json.OptionalMember("path"u8, Path);
        json.EndObject();
    }
}

public sealed partial class LinuxIDMapping : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("containerID"u8, ContainerID);
        json.Member("hostID"u8, HostID);
        json.Member("size"u8, Size);
        json.EndObject();
    }
}

public sealed partial class LinuxTimeOffset : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        if (Secs != 0)
            json.Member("secs"u8, Secs);
        if (Nanosecs != 0)
            json.Member("nanosecs"u8, Nanosecs);
        json.EndObject();
    }
}

public sealed partial class LinuxNetDevice : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.OptionalMember("name"u8, Name);
        json.EndObject();
    }
}
