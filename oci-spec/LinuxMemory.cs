// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Memory".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>Memory of a cgroup; limits in bytes, -1 for none, null to leave alone.</summary>
public sealed class LinuxMemory : DocumentObject
{
    /// <summary>Memory in use, in bytes.</summary>
    public long? Limit { get; set; }

    /// <summary>The soft limit, in bytes.</summary>
    public long? Reservation { get; set; }

    /// <summary>Memory and swap together, in bytes.</summary>
    public long? Swap { get; set; }

    /// <summary>Deprecated: kernel memory, in bytes.</summary>
    public long? Kernel { get; set; }

    /// <summary>Deprecated: memory of TCP buffers, in bytes.</summary>
    public long? KernelTCP { get; set; }

    /// <summary>How readily pages go to swap, 0 to 100 (not checked here).</summary>
    public ulong? Swappiness { get; set; }

    /// <summary>Tasks wait at the limit instead of being killed.</summary>
    public bool? DisableOOMKiller { get; set; }

    /// <summary>Children are charged to the parent (cgroup v1).</summary>
    public bool? UseHierarchy { get; set; }

    /// <summary>Refuses a limit below the current usage.</summary>
    public bool? CheckBeforeUpdate { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
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
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.OptionalMember("limit"u8, Limit);
        json.OptionalMember("reservation"u8, Reservation);
        json.OptionalMember("swap"u8, Swap);
        json.OptionalMember("kernel"u8, Kernel);
        json.OptionalMember("kernelTCP"u8, KernelTCP);
        json.OptionalMember("swappiness"u8, Swappiness);
        json.OptionalMember("disableOOMKiller"u8, DisableOOMKiller);
        json.OptionalMember("useHierarchy"u8, UseHierarchy);
        json.OptionalMember("checkBeforeUpdate"u8, CheckBeforeUpdate);
    }
}
