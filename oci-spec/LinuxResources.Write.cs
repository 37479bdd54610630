// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class LinuxResources : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.OptionalMember("devices"u8, Devices);
        json.OptionalMember("memory"u8, Memory);
        json.OptionalMember("cpu"u8, CPU);
        json.OptionalMember("pids"u8, Pids);
        json.OptionalMember("blockIO"u8, BlockIO);
        json.OptionalMember("hugepageLimits"u8, HugepageLimits);
        json.OptionalMember("network"u8, Network);
        json.OptionalMember("rdma"u8, Rdma);
        json.OptionalMember("unified"u8, Unified);
        json.EndObject();
    }
}

public sealed partial class LinuxDeviceCgroup : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("allow"u8, Allow);
        json.OptionalMember("type"u8, Type);
        json.OptionalMember("major"u8, Major);
        json.OptionalMember("minor"u8, Minor);
        json.OptionalMember("access"u8, Access);
        json.EndObject();
    }
}

public sealed partial class LinuxHugepageLimit : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("pageSize"u8, PageSize);
        json.Member("limit"u8, Limit);
        json.EndObject();
    }
}

public sealed partial class LinuxNetwork : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.OptionalMember("classID"u8, (long?)ClassID);
        json.OptionalMember("priorities"u8, Priorities);
        json.EndObject();
    }
}

public sealed partial class LinuxInterfacePriority : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("name"u8, Name);
        json.Member("priority"u8, Priority);
        json.EndObject();
    }
}

public sealed partial class LinuxRdma : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.OptionalMember("hcaHandles"u8, (long?)HcaHandles);
        json.OptionalMember("hcaObjects"u8, (long?)HcaObjects);
        json.EndObject();
    }
}
