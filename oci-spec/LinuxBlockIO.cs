// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Block IO".

namespace Runcs.OciSpec;

/// <summary>Block devices of a cgroup; null to leave alone.</summary>
public sealed partial class LinuxBlockIO
{
    /// <summary>The weight on all devices, 10 to 1000 (not checked here).</summary>
    public ushort? Weight { get; set; }

    /// <summary>The weight of the cgroup's own tasks against its children.</summary>
    public ushort? LeafWeight { get; set; }

    /// <summary>Weights by device.</summary>
    public LinuxWeightDevice[] WeightDevice { get; set; } = [];

    /// <summary>Reads, in bytes a second.</summary>
    public LinuxThrottleDevice[] ThrottleReadBpsDevice { get; set; } = [];

    /// <summary>Writes, in bytes a second.</summary>
    public LinuxThrottleDevice[] ThrottleWriteBpsDevice { get; set; } = [];

    /// <summary>Reads, in operations a second.</summary>
    public LinuxThrottleDevice[] ThrottleReadIOPSDevice { get; set; } = [];

    /// <summary>Writes, in operations a second.</summary>
    public LinuxThrottleDevice[] ThrottleWriteIOPSDevice { get; set; } = [];
}

/// <summary>The weight of a device.</summary>
public sealed partial class LinuxWeightDevice
{
    /// <summary>Major number.</summary>
    public long Major { get; set; }

    /// <summary>Minor number.</summary>
    public long Minor { get; set; }

    /// <summary>The weight, 10 to 1000 (not checked here).</summary>
    public ushort? Weight { get; set; }

    /// <summary>The weight of the cgroup's own tasks against its children.</summary>
    public ushort? LeafWeight { get; set; }
}

/// <summary>A rate of a device.</summary>
public sealed partial class LinuxThrottleDevice
{
    /// <summary>Major number.</summary>
    public long Major { get; set; }

    /// <summary>Minor number.</summary>
    public long Minor { get; set; }

    /// <summary>Bytes or operations a second.</summary>
    public ulong Rate { get; set; }
}
