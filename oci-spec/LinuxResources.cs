// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Control groups".
using System.Collections.Generic;

namespace Runcs.OciSpec;

/// <summary>Limits of a cgroup; also what <c>update --resources</c> takes.</summary>
public sealed partial class LinuxResources
{
    private Dictionary<string, LinuxRdma>? rdma;
    private Dictionary<string, string>? unified;

    /// <summary>Rules about devices, in the order in which they are applied.</summary>
    public LinuxDeviceCgroup[] Devices { get; set; } = [];

    /// <summary>Memory.</summary>
    public LinuxMemory? Memory { get; set; }

    /// <summary>CPU time and the cpuset.</summary>
    public LinuxCPU? CPU { get; set; }

    /// <summary>Number of tasks.</summary>
    public LinuxPids? Pids { get; set; }

    /// <summary>Block devices.</summary>
    public LinuxBlockIO? BlockIO { get; set; }

    /// <summary>Huge pages, by page size.</summary>
    public LinuxHugepageLimit[] HugepageLimits { get; set; } = [];

    /// <summary>Marks of network packets (cgroup v1).</summary>
    public LinuxNetwork? Network { get; set; }

    /// <summary>RDMA, by device name.</summary>
    public Dictionary<string, LinuxRdma> Rdma
    {
        get => rdma ??= [];
        set => rdma = value;
    }

    /// <summary>Files of cgroup v2 and what to write into them.</summary>
    public Dictionary<string, string> Unified
    {
        get => unified ??= [];
        set => unified = value;
    }
}

/// <summary>A rule about devices.</summary>
public sealed partial class LinuxDeviceCgroup
{
    /// <summary>Allows if true, else denies.</summary>
    public bool Allow { get; set; }

    /// <summary><c>a</c> (all), <c>c</c> or <c>b</c>; "" is all.</summary>
    public string Type { get; set; } = "";

    /// <summary>Major number; null or -1 for any.</summary>
    public long? Major { get; set; }

    /// <summary>Minor number; null or -1 for any.</summary>
    public long? Minor { get; set; }

    /// <summary>Letters of <c>rwm</c>: read, write, mknod; "" is all.</summary>
    public string Access { get; set; } = "";
}

/// <summary>A limit of huge pages.</summary>
public sealed partial class LinuxHugepageLimit
{
    /// <summary>The page size, as <c>2MB</c>.</summary>
    public string PageSize { get; set; } = "";

    /// <summary>Bytes.</summary>
    public ulong Limit { get; set; }
}

/// <summary>Marks of network packets.</summary>
public sealed partial class LinuxNetwork
{
    /// <summary><c>net_cls.classid</c>.</summary>
    public uint? ClassID { get; set; }

    /// <summary><c>net_prio.ifpriomap</c>.</summary>
    public LinuxInterfacePriority[] Priorities { get; set; } = [];
}

/// <summary>The priority of what goes out through an interface.</summary>
public sealed partial class LinuxInterfacePriority
{
    /// <summary>The interface.</summary>
    public string Name { get; set; } = "";

    /// <summary>The priority.</summary>
    public uint Priority { get; set; }
}

/// <summary>Limits of an RDMA device.</summary>
public sealed partial class LinuxRdma
{
    /// <summary>Handles that may be open; null for no limit.</summary>
    public uint? HcaHandles { get; set; }

    /// <summary>Objects that may exist; null for no limit.</summary>
    public uint? HcaObjects { get; set; }
}
