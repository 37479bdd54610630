// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class Linux
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("uidMappings"u8))
                UidMappings = reader.ReadParts<LinuxIDMapping>();
            else if (name.SequenceEqual("gidMappings"u8))
                GidMappings = reader.ReadParts<LinuxIDMapping>();
            else if (name.SequenceEqual("sysctl"u8))
                reader.ReadMap(Sysctl);
            else if (name.SequenceEqual("resources"u8))
                (Resources ??= new LinuxResources()).ReadMembers(ref reader);
            else if (name.SequenceEqual("cgroupsPath"u8))
                CgroupsPath = reader.ReadString();
            else if (name.SequenceEqual("namespaces"u8))
                Namespaces = reader.ReadParts<LinuxNamespace>();
            else if (name.SequenceEqual("devices"u8))
                Devices = reader.ReadParts<LinuxDevice>();
            else if (name.SequenceEqual("netDevices"u8))
                reader.ReadPartMap(NetDevices);
            else if (name.SequenceEqual("seccomp"u8))
                (Seccomp ??= new LinuxSeccomp()).ReadMembers(ref reader);
            else if (name.SequenceEqual("rootfsPropagation"u8))
                RootfsPropagation = reader.ReadString();
            else if (name.SequenceEqual("maskedPaths"u8))
                MaskedPaths = reader.ReadStrings();
            else if (name.SequenceEqual("readonlyPaths"u8))
                ReadonlyPaths = reader.ReadStrings();
            else if (name.SequenceEqual("mountLabel"u8))
                MountLabel = reader.ReadString();
            else if (name.SequenceEqual("intelRdt"u8))
                (IntelRdt ??= new LinuxIntelRdt()).ReadMembers(ref reader);
            else if (name.SequenceEqual("memoryPolicy"u8))
                (MemoryPolicy ??= new LinuxMemoryPolicy()).ReadMembers(ref reader);
            else if (name.SequenceEqual("personality"u8))
                (Personality ??= new LinuxPersonality()).ReadMembers(ref reader);
            else if (name.SequenceEqual("timeOffsets"u8))
                reader.ReadPartMap(TimeOffsets);
            else
                reader.Skip();
        }
    }
}
