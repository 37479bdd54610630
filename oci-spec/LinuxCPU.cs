// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "CPU".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>CPU of a cgroup; times in microseconds, null to leave alone.</summary>
public sealed class LinuxCPU : DocumentObject
{
    /// <summary>The weight against other cgroups, in the scale of cgroup v1 (2 to 262144).</summary>
    public ulong? Shares { get; set; }

    /// <summary>Time in a period, in microseconds; negative for no limit.</summary>
    public long? Quota { get; set; }

    /// <summary>Unused time that may be saved for later periods, in microseconds.</summary>
    public ulong? Burst { get; set; }

    /// <summary>The period of the quota, in microseconds.</summary>
    public ulong? Period { get; set; }

    /// <summary>Time of realtime tasks in a period, in microseconds.</summary>
    public long? RealtimeRuntime { get; set; }

    /// <summary>The period of realtime tasks, in microseconds.</summary>
    public ulong? RealtimePeriod { get; set; }

    /// <summary>The CPUs, as <c>0-3,7</c>; "" to leave alone.</summary>
    public string Cpus { get; set; } = "";

    /// <summary>The memory nodes, as <c>0-1</c>; "" to leave alone.</summary>
    public string Mems { get; set; } = "";

    /// <summary>1 for SCHED_IDLE, 0 for the default.</summary>
    public long? Idle { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
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
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.OptionalMember("shares"u8, Shares);
        json.OptionalMember("quota"u8, Quota);
        json.OptionalMember("burst"u8, Burst);
        json.OptionalMember("period"u8, Period);
        json.OptionalMember("realtimeRuntime"u8, RealtimeRuntime);
        json.OptionalMember("realtimePeriod"u8, RealtimePeriod);
        json.OptionalMember("cpus"u8, Cpus);
        json.OptionalMember("mems"u8, Mems);
        json.OptionalMember("idle"u8, Idle);
    }
}
