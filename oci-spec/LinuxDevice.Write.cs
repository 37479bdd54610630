// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class LinuxDevice : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("path"u8, Path);
        json.Member("type"u8, Type);
        json.OptionalMember("major"u8, Major);
        json.OptionalMember("minor"u8, Minor);
        json.OptionalMember("fileMode"u8, (long?)FileMode);
        json.OptionalMember("uid"u8, (long?)Uid);
        json.OptionalMember("gid"u8, (long?)Gid);
        json.EndObject();
    }
}
