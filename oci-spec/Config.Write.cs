// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class Config : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("ociVersion"u8, OciVersion);
        json.OptionalMember("process"u8, Process);
        json.OptionalMember("root"u8, Root);
        json.OptionalMember("hostname"u8, Hostname);
        json.OptionalMember("domainname"u8, Domainname);
        json.OptionalMember("mounts"u8, Mounts);
        json.OptionalMember("hooks"u8, Hooks);
        json.OptionalMember("annotations"u8, Annotations);
        json.OptionalMember("linux"u8, Linux);
        json.EndObject();
    }
}
