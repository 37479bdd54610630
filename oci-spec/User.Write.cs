// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class User : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("uid"u8, Uid);
        json.Member("gid"u8, Gid);
        json.OptionalMember("umask"u8, (long?)Umask);
        json.OptionalMember("additionalGids"u8, AdditionalGids);
        json.EndObject();
    }
}

public sealed partial class Box : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("height"u8, Height);
        json.Member("width"u8, Width);
        json.EndObject();
    }
}

public sealed partial class LinuxCapabilities : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.OptionalMember("bounding"u8, Bounding);
        json.OptionalMember("effective"u8, Effective);
        json.OptionalMember("inheritable"u8, Inheritable);
        json.OptionalMember("permitted"u8, Permitted);
        json.OptionalMember("ambient"u8, Ambient);
        json.EndObject();
    }
}

public sealed partial class POSIXRlimit : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("type"u8, Type);
        json.Member("hard"u8, Hard);
        json.Member("soft"u8, Soft);
        json.EndObject();
    }
}
