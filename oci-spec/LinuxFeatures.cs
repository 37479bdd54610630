// SPDX-License-Identifier: Apache-2.0
// features-linux.md.
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>The Linux part of <see cref="Features"/>.</summary>
public sealed class LinuxFeatures : WritableObject
{
    /// <summary>Namespace types.</summary>
    public string[]? Namespaces { get; set; }

    /// <summary>Capability names.</summary>
    public string[]? Capabilities { get; set; }

    /// <summary>Supported cgroup versions and managers.</summary>
    public CgroupFeatures? Cgroup { get; set; }

    /// <summary>Supported seccomp actions, operators, architectures and flags.</summary>
    public SeccompFeatures? Seccomp { get; set; }

    /// <summary>Support for process.apparmorProfile.</summary>
    public bool? Apparmor { get; set; }

    /// <summary>Support for process.selinuxLabel and linux.mountLabel.</summary>
    public bool? Selinux { get; set; }

    /// <summary>Support for linux.intelRdt, with schemata and monitoring.</summary>
    public bool? IntelRdt { get; set; }

    /// <summary>Modes of linux.memoryPolicy.</summary>
    public string[]? MemoryPolicyModes { get; set; }

    /// <summary>Flags of linux.memoryPolicy.</summary>
    public string[]? MemoryPolicyFlags { get; set; }

    /// <summary>Support for mounts[].uidMappings and gidMappings.</summary>
    public bool? IdMap { get; set; }

    /// <summary>Support for linux.netDevices.</summary>
    public bool? NetDevices { get; set; }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.NullableMember("namespaces"u8, Namespaces);
        json.NullableMember("capabilities"u8, Capabilities);
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
        json.NullableMember("modes"u8, MemoryPolicyModes);
        json.NullableMember("flags"u8, MemoryPolicyFlags);
        json.EndObject();
    }
}
