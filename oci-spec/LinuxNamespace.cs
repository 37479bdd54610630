// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Namespaces", "User namespace mappings", "Offset for Time Namespace", "Network Devices".

namespace Runcs.OciSpec;

/// <summary>A namespace to make or to join.</summary>
public sealed partial class LinuxNamespace
{
    /// <summary>One of <see cref="LinuxNamespaceType"/>.</summary>
    public string Type { get; set; } = "";

    /// <summary>The namespace file to join, absolute; "" for a new namespace.</summary>
    public string Path { get; set; } = "";
}

/// <summary>A line of <c>/proc/PID/uid_map</c> (user_namespaces(7)).</summary>
public sealed partial class LinuxIDMapping
{
    /// <summary>The first id inside.</summary>
    public uint ContainerID { get; set; }

    /// <summary>The first id outside.</summary>
    public uint HostID { get; set; }

    /// <summary>How many ids.</summary>
    public uint Size { get; set; }
}

/// <summary>The offset of a clock (time_namespaces(7)).</summary>
public sealed partial class LinuxTimeOffset
{
    /// <summary>Whole seconds, may be negative.</summary>
    public long Secs { get; set; }

    /// <summary>Nanoseconds on top of them.</summary>
    public uint Nanosecs { get; set; }
}

/// <summary>A network device to move into the container.</summary>
public sealed partial class LinuxNetDevice
{
    /// <summary>Its name inside; "" for the one it has.</summary>
    public string Name { get; set; } = "";
}
