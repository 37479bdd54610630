// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Devices".

namespace Runcs.OciSpec;

/// <summary>A device node to make, as for mknod(2).</summary>
public sealed partial class LinuxDevice
{
    /// <summary>Where, absolute, inside the container.</summary>
    public string Path { get; set; } = "";

    /// <summary><c>c</c> or <c>u</c> (character), <c>b</c> (block) or <c>p</c> (fifo).</summary>
    public string Type { get; set; } = "";

    /// <summary>Major number; required but for a fifo, for which it means nothing.</summary>
    public long? Major { get; set; }

    /// <summary>Minor number; required but for a fifo, for which it means nothing.</summary>
    public long? Minor { get; set; }

    /// <summary>Permission bits, as a number (438 is octal 0666); null for the runtime's default.</summary>
    public uint? FileMode { get; set; }

    /// <summary>The owner inside; null for 0.</summary>
    public uint? Uid { get; set; }

    /// <summary>The group inside; null for 0.</summary>
    public uint? Gid { get; set; }
}
