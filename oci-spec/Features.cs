// SPDX-License-Identifier: Apache-2.0
// features.md, features-linux.md.
using System.Collections.Generic;

namespace Runcs.OciSpec;

/// <summary>What a runtime recognizes, whatever the host has of it. Null is "unknown", which an empty array is not.</summary>
public sealed partial class Features
{
    /// <summary>The oldest version of the specification that is accepted in a config.</summary>
    public string OciVersionMin { get; set; } = "";

    /// <summary>The newest.</summary>
    public string OciVersionMax { get; set; } = "";

    /// <summary>Names of hooks.</summary>
    public string[]? Hooks { get; set; }

    /// <summary>Mount options that are no parameters of one file system.</summary>
    public string[]? MountOptions { get; set; }

    /// <summary>What is Linux's.</summary>
    public LinuxFeatures? Linux { get; set; }

    /// <summary>Of the runtime itself.</summary>
    public Dictionary<string, string> Annotations { get; set; } = [];

    /// <summary>Annotations of a config that change what the runtime does; a name that ends with a dot is a prefix.</summary>
    public string[]? PotentiallyUnsafeConfigAnnotations { get; set; }
}

/// <summary>The part of <see cref="Features"/> that is Linux's.</summary>
public sealed partial class LinuxFeatures
{
    /// <summary>Types of namespaces.</summary>
    public string[]? Namespaces { get; set; }

    /// <summary>Names of capabilities.</summary>
    public string[]? Capabilities { get; set; }

    /// <summary>Kinds of cgroup managers and controllers.</summary>
    public CgroupFeatures? Cgroup { get; set; }

    /// <summary>Words of a seccomp profile.</summary>
    public SeccompFeatures? Seccomp { get; set; }

    /// <summary>process.apparmorProfile.</summary>
    public bool? Apparmor { get; set; }

    /// <summary>process.selinuxLabel and linux.mountLabel.</summary>
    public bool? Selinux { get; set; }

    /// <summary>linux.intelRdt, with schemata and monitoring.</summary>
    public bool? IntelRdt { get; set; }

    /// <summary>Modes of linux.memoryPolicy.</summary>
    public string[]? MemoryPolicyModes { get; set; }

    /// <summary>Flags of linux.memoryPolicy.</summary>
    public string[]? MemoryPolicyFlags { get; set; }

    /// <summary>mounts[].uidMappings and gidMappings.</summary>
    public bool? IdMap { get; set; }

    /// <summary>linux.netDevices.</summary>
    public bool? NetDevices { get; set; }
}

/// <summary>linux.cgroup of <see cref="Features"/>.</summary>
public readonly record struct CgroupFeatures(bool V1, bool V2, bool Systemd, bool SystemdUser, bool Rdma);

/// <summary>linux.seccomp of <see cref="Features"/>.</summary>
public sealed record SeccompFeatures(string[] Actions, string[] Operators, string[] Archs, string[] KnownFlags, string[] SupportedFlags);
