// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class Root : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("path"u8, Path);
        if (Readonly)
            json.Member("readonly"u8, true);
        json.EndObject();
    }
}

public sealed partial class Mount : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("destination"u8, Destination);
        json.OptionalMember("type"u8, Type);
        json.OptionalMember("source"u8, Source);
        json.OptionalMember("options"u8, Options);
        json.OptionalMember("uidMappings"u8, UidMappings);
        json.OptionalMember("gidMappings"u8, GidMappings);
        json.EndObject();
    }
}
