// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class LinuxMemory
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("limit"u8))
                Limit = reader.ReadInt64();
            else if (name.SequenceEqual("reservation"u8))
                Reservation = reader.ReadInt64();
            else if (name.SequenceEqual("swap"u8))
                Swap = reader.ReadInt64();
            else if (name.SequenceEqual("kernel"u8))
                Kernel = reader.ReadInt64();
            else if (name.SequenceEqual("kernelTCP"u8))
                KernelTCP = reader.ReadInt64();
            else if (name.SequenceEqual("swappiness"u8))
                Swappiness = reader.ReadUInt64();
            else if (name.SequenceEqual("disableOOMKiller"u8))
                DisableOOMKiller = reader.ReadBool();
            else if (name.SequenceEqual("useHierarchy"u8))
                UseHierarchy = reader.ReadBool();
            else if (name.SequenceEqual("checkBeforeUpdate"u8))
                CheckBeforeUpdate = reader.ReadBool();
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxCPU
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("shares"u8))
                Shares = reader.ReadUInt64();
            else if (name.SequenceEqual("quota"u8))
                Quota = reader.ReadInt64();
            else if (name.SequenceEqual("burst"u8))
                Burst = reader.ReadUInt64();
            else if (name.SequenceEqual("period"u8))
                Period = reader.ReadUInt64();
            else if (name.SequenceEqual("realtimeRuntime"u8))
                RealtimeRuntime = reader.ReadInt64();
            else if (name.SequenceEqual("realtimePeriod"u8))
                RealtimePeriod = reader.ReadUInt64();
            else if (name.SequenceEqual("cpus"u8))
                Cpus = reader.ReadString();
            else if (name.SequenceEqual("mems"u8))
                Mems = reader.ReadString();
            else if (name.SequenceEqual("idle"u8))
                Idle = reader.ReadInt64();
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxPids
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("limit"u8))
                Limit = reader.ReadInt64();
            else
                reader.Skip();
        }
    }
}
