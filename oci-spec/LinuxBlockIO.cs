// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Block IO".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>Block devices of a cgroup; null to leave alone.</summary>
public sealed class LinuxBlockIO : DocumentObject
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

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("weight"u8))
            Weight = reader.ReadUInt16();
        else if (name.SequenceEqual("leafWeight"u8))
            LeafWeight = reader.ReadUInt16();
        else if (name.SequenceEqual("weightDevice"u8))
            WeightDevice = reader.ReadObjects<LinuxWeightDevice>();
        else if (name.SequenceEqual("throttleReadBpsDevice"u8))
            ThrottleReadBpsDevice = reader.ReadObjects<LinuxThrottleDevice>();
        else if (name.SequenceEqual("throttleWriteBpsDevice"u8))
            ThrottleWriteBpsDevice = reader.ReadObjects<LinuxThrottleDevice>();
        else if (name.SequenceEqual("throttleReadIOPSDevice"u8))
            ThrottleReadIOPSDevice = reader.ReadObjects<LinuxThrottleDevice>();
        else if (name.SequenceEqual("throttleWriteIOPSDevice"u8))
            ThrottleWriteIOPSDevice = reader.ReadObjects<LinuxThrottleDevice>();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.OptionalMember("weight"u8, (long?)Weight);
        json.OptionalMember("leafWeight"u8, (long?)LeafWeight);
        json.OptionalMember("weightDevice"u8, WeightDevice);
        json.OptionalMember("throttleReadBpsDevice"u8, ThrottleReadBpsDevice);
        json.OptionalMember("throttleWriteBpsDevice"u8, ThrottleWriteBpsDevice);
        json.OptionalMember("throttleReadIOPSDevice"u8, ThrottleReadIOPSDevice);
        json.OptionalMember("throttleWriteIOPSDevice"u8, ThrottleWriteIOPSDevice);
    }
}
