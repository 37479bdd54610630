// SPDX-License-Identifier: Apache-2.0
// config-linux.md.
using System.Collections.Generic;

namespace Runcs.OciSpec;

/// <summary>What only Linux has.</summary>
public sealed partial class Linux
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

    /// <summary>The cgroup; <c>slice:prefix:name</c> for systemd; "" for the runtime's choice.</summary>
    public string CgroupsPath { get; set; } = "";

    /// <summary>Namespaces to make or to join, each type at most once.</summary>
    public LinuxNamespace[] Namespaces { get; set; } = [];

    /// <summary>Device nodes beside the default ones.</summary>
    public LinuxDevice[] Devices { get; set; } = [];

    /// <summary>Network devices to move in, by their name on the host.</summary>
    public Dictionary<string, LinuxNetDevice> NetDevices
    {
        get => netDevices ??= [];
        set => netDevices = value;
    }

    /// <summary>The filter of system calls; null for none.</summary>
    public LinuxSeccomp? Seccomp { get; set; }

    /// <summary><c>shared</c>, <c>slave</c>, <c>private</c> or <c>unbindable</c>; "" for the runtime's choice.</summary>
    public string RootfsPropagation { get; set; } = "";

    /// <summary>Paths inside the container that cannot be read.</summary>
    public string[] MaskedPaths { get; set; } = [];

    /// <summary>Paths inside the container that cannot be written.</summary>
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
}
