// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class LinuxBlockIO
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("weight"u8))
                Weight = reader.ReadUInt16();
            else if (name.SequenceEqual("leafWeight"u8))
                LeafWeight = reader.ReadUInt16();
            else if (name.SequenceEqual("weightDevice"u8))
                WeightDevice = reader.ReadParts<LinuxWeightDevice>();
            else if (name.SequenceEqual("throttleReadBpsDevice"u8))
                ThrottleReadBpsDevice = reader.ReadParts<LinuxThrottleDevice>();
            else if (name.SequenceEqual("throttleWriteBpsDevice"u8))
                ThrottleWriteBpsDevice = reader.ReadParts<LinuxThrottleDevice>();
            else if (name.SequenceEqual("throttleReadIOPSDevice"u8))
                ThrottleReadIOPSDevice = reader.ReadParts<LinuxThrottleDevice>();
            else if (name.SequenceEqual("throttleWriteIOPSDevice"u8))
                ThrottleWriteIOPSDevice = reader.ReadParts<LinuxThrottleDevice>();
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxWeightDevice : IDocumentPart<LinuxWeightDevice>
{
    static LinuxWeightDevice IDocumentPart<LinuxWeightDevice>.ReadPart(ref DocumentReader reader)
    {
        var part = new LinuxWeightDevice();
        part.ReadMembers(ref reader);
        return part;
    }

    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("major"u8))
                Major = reader.ReadInt64();
            else if (name.SequenceEqual("minor"u8))
                Minor = reader.ReadInt64();
            else if (name.SequenceEqual("weight"u8))
                Weight = reader.ReadUInt16();
            else if (name.SequenceEqual("leafWeight"u8))
                LeafWeight = reader.ReadUInt16();
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxThrottleDevice : IDocumentPart<LinuxThrottleDevice>
{
    static LinuxThrottleDevice IDocumentPart<LinuxThrottleDevice>.ReadPart(ref DocumentReader reader)
    {
        var part = new LinuxThrottleDevice();
        part.ReadMembers(ref reader);
        return part;
    }

    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("major"u8))
                Major = reader.ReadInt64();
            else if (name.SequenceEqual("minor"u8))
                Minor = reader.ReadInt64();
            else if (name.SequenceEqual("rate"u8))
                Rate = reader.ReadUInt64();
            else
                reader.Skip();
        }
    }
}
