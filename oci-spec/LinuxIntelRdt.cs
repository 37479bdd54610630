// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "IntelRdt", "Memory policy" and "Personality".

namespace Runcs.OciSpec;

/// <summary>Cache and memory bandwidth by resctrl.</summary>
public sealed partial class LinuxIntelRdt
{
    /// <summary>The class of service; "" for one named as the container.</summary>
    public string ClosID { get; set; } = "";

    /// <summary>Lines for the schemata file.</summary>
    public string[] Schemata { get; set; } = [];

    /// <summary>The L3 line of the schemata file.</summary>
    public string L3CacheSchema { get; set; } = "";

    /// <summary>The MB line of the schemata file.</summary>
    public string MemBwSchema { get; set; } = "";

    /// <summary>Makes a monitoring group for the container.</summary>
    public bool EnableMonitoring { get; set; }
}

/// <summary>NUMA policy, as for set_mempolicy(2).</summary>
public sealed partial class LinuxMemoryPolicy
{
    /// <summary>The mode, as <c>MPOL_BIND</c>.</summary>
    public string Mode { get; set; } = "";

    /// <summary>The nodes, as <c>0-1,3</c>.</summary>
    public string Nodes { get; set; } = "";

    /// <summary>Flags, as <c>MPOL_F_STATIC_NODES</c>.</summary>
    public string[] Flags { get; set; } = [];
}

/// <summary>The execution domain, as for personality(2).</summary>
public sealed partial class LinuxPersonality
{
    /// <summary><c>LINUX</c> or <c>LINUX32</c>.</summary>
    public string Domain { get; set; } = "";

    /// <summary>The specification defines none.</summary>
    public string[] Flags { get; set; } = [];
}
