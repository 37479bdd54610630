// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class Linux : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.OptionalMember("uidMappings"u8, UidMappings);
        json.OptionalMember("gidMappings"u8, GidMappings);
        json.OptionalMember("sysctl"u8, Sysctl);
        json.OptionalMember("resources"u8, Resources);
        json.OptionalMember("cgroupsPath"u8, CgroupsPath);
        json.OptionalMember("namespaces"u8, Namespaces);
        json.OptionalMember("devices"u8, Devices);
        json.OptionalMember("netDevices"u8, NetDevices);
        json.OptionalMember("seccomp"u8, Seccomp);
        json.OptionalMember("rootfsPropagation"u8, RootfsPropagation);
        json.OptionalMember("maskedPaths"u8, MaskedPaths);
        json.OptionalMember("readonlyPaths"u8, ReadonlyPaths);
        json.OptionalMember("mountLabel"u8, MountLabel);
        json.OptionalMember("intelRdt"u8, IntelRdt);
        json.OptionalMember("memoryPolicy"u8, MemoryPolicy);
        json.OptionalMember("personality"u8, Personality);
        json.OptionalMember("timeOffsets"u8, TimeOffsets);
        json.EndObject();
    }
}
