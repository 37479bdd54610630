// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class Features : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("ociVersionMin"u8, OciVersionMin);
        json.Member("ociVersionMax"u8, OciVersionMax);
        Known(json, "hooks"u8, Hooks);
        Known(json, "mountOptions"u8, MountOptions);
        json.OptionalMember("linux"u8, Linux);
        json.OptionalMember("annotations"u8, Annotations);
        Known(json, "potentiallyUnsafeConfigAnnotations"u8, PotentiallyUnsafeConfigAnnotations);
        json.EndObject();
    }

    // Null alone is left out: no element is something to say too.
    internal static void Known(JsonText json, ReadOnlySpan<byte> name, string[]? values)
    {
        if (values is not null)
            json.Member(name, values);
    }
}

public sealed partial class LinuxFeatures : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        Features.Known(json, "namespaces"u8, Namespaces);
        Features.Known(json, "capabilities"u8, Capabilities);
        WriteCgroup(json);
        WriteSeccomp(json);
        Enabled(json, "apparmor"u8, Apparmor);
        Enabled(json, "selinux"u8, Selinux);
        WriteIntelRdt(json);
        WriteMemoryPolicy(json);
        if (IdMap is not null)
        {
            json.Name("mountExtensions"u8);
            json.BeginObject();
            Enabled(json, "idmap"u8, IdMap);
            json.EndObject();
        }
        Enabled(json, "netDevices"u8, NetDevices);
        json.EndObject();
    }

    private static void Enabled(JsonText json, ReadOnlySpan<byte> name, bool? enabled)
    {
        if (enabled is null)
            return;
        json.Name(name);
        json.BeginObject();
        json.OptionalMember("enabled"u8, enabled);
        json.EndObject();
    }

    private void WriteCgroup(JsonText json)
    {
        if (Cgroup is not { } cgroup)
            return;
        json.Name("cgroup"u8);
        json.BeginObject();
        json.Member("v1"u8, cgroup.V1);
        json.Member("v2"u8, cgroup.V2);
        json.Member("systemd"u8, cgroup.Systemd);
        json.Member("systemdUser"u8, cgroup.SystemdUser);
        json.Member("rdma"u8, cgroup.Rdma);
        json.EndObject();
    }

    private void WriteSeccomp(JsonText json)
    {
        if (Seccomp is not { } seccomp)
            return;
        json.Name("seccomp"u8);
        json.BeginObject();
        json.Member("enabled"u8, true);
        json.Member("actions"u8, seccomp.Actions);
        json.Member("operators"u8, seccomp.Operators);
        json.Member("archs"u8, seccomp.Archs);
        json.Member("knownFlags"u8, seccomp.KnownFlags);
        json.Member("supportedFlags"u8, seccomp.SupportedFlags);
        json.EndObject();
    }

    private void WriteIntelRdt(JsonText json)
    {
        if (IntelRdt is not { } enabled)
            return;
        json.Name("intelRdt"u8);
        json.BeginObject();
        json.Member("enabled"u8, enabled);
        json.Member("schemata"u8, enabled);
        json.Member("monitoring"u8, enabled);
        json.EndObject();
    }

    private void WriteMemoryPolicy(JsonText json)
    {
        if (MemoryPolicyModes is null && MemoryPolicyFlags is null)
            return;
        json.Name("memoryPolicy"u8);
        json.BeginObject();
        Features.Known(json, "modes"u8, MemoryPolicyModes);
        Features.Known(json, "flags"u8, MemoryPolicyFlags);
        json.EndObject();
    }
}
