// SPDX-License-Identifier: Apache-2.0
// config.md, "User" and the parts of "Process" that have no chapter of their own.

namespace Runcs.OciSpec;

/// <summary>Who a process is, in numbers of the container's user namespace.</summary>
public sealed partial class User
{
    /// <summary>User id.</summary>
    public uint Uid { get; set; }

    /// <summary>Group id.</summary>
    public uint Gid { get; set; }

    /// <summary>The umask, as a number (18 is octal 022); null for the runtime's default.</summary>
    public uint? Umask { get; set; }

    /// <summary>Supplementary groups.</summary>
    public uint[] AdditionalGids { get; set; } = [];
}

/// <summary>The size of a console, in characters.</summary>
public sealed partial class Box
{
    /// <summary>Rows.</summary>
    public uint Height { get; set; }

    /// <summary>Columns.</summary>
    public uint Width { get; set; }
}

/// <summary>The five capability sets of capabilities(7), names as <c>CAP_KILL</c>.</summary>
public sealed partial class LinuxCapabilities
{
    /// <summary>The limit of what an execve can give.</summary>
    public string[] Bounding { get; set; } = [];

    /// <summary>What the kernel checks.</summary>
    public string[] Effective { get; set; } = [];

    /// <summary>What is kept over an execve of a file with inheritable capabilities.</summary>
    public string[] Inheritable { get; set; } = [];

    /// <summary>The limit of the effective set.</summary>
    public string[] Permitted { get; set; } = [];

    /// <summary>What is kept over an execve of a file without capabilities.</summary>
    public string[] Ambient { get; set; } = [];
}

/// <summary>A resource limit, as for setrlimit(2).</summary>
public sealed partial class POSIXRlimit
{
    /// <summary>The resource, as <c>RLIMIT_NOFILE</c>.</summary>
    public string Type { get; set; } = "";

    /// <summary>The ceiling of the soft limit, in the unit of the resource; RLIM_INFINITY is 18446744073709551615.</summary>
    public ulong Hard { get; set; }

    /// <summary>The limit that the kernel enforces, in the unit of the resource.</summary>
    public ulong Soft { get; set; }
}
