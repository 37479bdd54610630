// SPDX-License-Identifier: Apache-2.0
// config-linux.md.
using System;
using System.Collections.Generic;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>The Linux part of a config.</summary>
public sealed class Linux : DocumentObject
{
    private Dictionary<string, string>? sysctl;
    private Dictionary<string, LinuxNetDevice>? netDevices;
    private Dictionary<string, LinuxTimeOffset>? timeOffsets;

    /// <summary>User ids of the user namespace.</summary>
    public LinuxIDMapping[] UidMappings { get; set; } = [];

    /// <summary>Group ids of the user namespace.</summary>
    public LinuxIDMapping[] GidMappings { get; set; } = [];

    /// <summary>Kernel parameters of the namespaces: <c>net.ipv4.ip_forward</c> to <c>1</c>.</summary>
    public Dictionary<string, string> Sysctl
    {
        get => sysctl ??= [];
        set => sysctl = value;
    }

    /// <summary>Limits of the cgroup.</summary>
    public LinuxResources? Resources { get; set; }

    /// <summary>The cgroup; <c>slice:prefix:name</c> for systemd; "" lets the runtime choose.</summary>
    public string CgroupsPath { get; set; } = "";

    /// <summary>Namespaces to make or to join, each type at most once.</summary>
    public LinuxNamespace[] Namespaces { get; set; } = [];

    /// <summary>Device nodes in addition to the default ones.</summary>
    public LinuxDevice[] Devices { get; set; } = [];

    /// <summary>Network devices to move in, by their name on the host.</summary>
    public Dictionary<string, LinuxNetDevice> NetDevices
    {
        get => netDevices ??= [];
        set => netDevices = value;
    }

    /// <summary>The seccomp filter; null for none.</summary>
    public LinuxSeccomp? Seccomp { get; set; }

    /// <summary><c>shared</c>, <c>slave</c>, <c>private</c> or <c>unbindable</c>; "" lets the runtime choose.</summary>
    public string RootfsPropagation { get; set; } = "";

    /// <summary>Paths inside the container that are made unreadable.</summary>
    public string[] MaskedPaths { get; set; } = [];

    /// <summary>Paths inside the container that are made read-only.</summary>
    public string[] ReadonlyPaths { get; set; } = [];

    /// <summary>The SELinux context of the mounts; "" for none.</summary>
    public string MountLabel { get; set; } = "";

    /// <summary>Cache and memory bandwidth by resctrl.</summary>
    public LinuxIntelRdt? IntelRdt { get; set; }

    /// <summary>NUMA policy, as for set_mempolicy(2).</summary>
    public LinuxMemoryPolicy? MemoryPolicy { get; set; }

    /// <summary>The execution domain, as for personality(2).</summary>
    public LinuxPersonality? Personality { get; set; }

    /// <summary>Offsets of the time namespace, by clock: <c>monotonic</c>, <c>boottime</c>.</summary>
    public Dictionary<string, LinuxTimeOffset> TimeOffsets
    {
        get => timeOffsets ??= [];
        set => timeOffsets = value;
    }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("uidMappings"u8))
            UidMappings = reader.ReadObjects<LinuxIDMapping>();
        else if (name.SequenceEqual("gidMappings"u8))
            GidMappings = reader.ReadObjects<LinuxIDMapping>();
        else if (name.SequenceEqual("sysctl"u8))
            reader.ReadMap(Sysctl);
        else if (name.SequenceEqual("resources"u8))
            Resources = reader.ReadObject(Resources);
        else if (name.SequenceEqual("cgroupsPath"u8))
            CgroupsPath = reader.ReadString();
        else if (name.SequenceEqual("namespaces"u8))
            Namespaces = reader.ReadObjects<LinuxNamespace>();
        else if (name.SequenceEqual("devices"u8))
            Devices = reader.ReadObjects<LinuxDevice>();
        else if (name.SequenceEqual("netDevices"u8))
            reader.ReadObjectMap(NetDevices);
        else if (name.SequenceEqual("seccomp"u8))
            Seccomp = reader.ReadObject(Seccomp);
        else if (name.SequenceEqual("rootfsPropagation"u8))
            RootfsPropagation = reader.ReadString();
        else if (name.SequenceEqual("maskedPaths"u8))
            MaskedPaths = reader.ReadStrings();
        else if (name.SequenceEqual("readonlyPaths"u8))
            ReadonlyPaths = reader.ReadStrings();
        else if (name.SequenceEqual("mountLabel"u8))
            MountLabel = reader.ReadString();
        else if (name.SequenceEqual("intelRdt"u8))
            IntelRdt = reader.ReadObject(IntelRdt);
        else if (name.SequenceEqual("memoryPolicy"u8))
            MemoryPolicy = reader.ReadObject(MemoryPolicy);
        else if (name.SequenceEqual("personality"u8))
            Personality = reader.ReadObject(Personality);
        else if (name.SequenceEqual("timeOffsets"u8))
            reader.ReadObjectMap(TimeOffsets);
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
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
    }
}
