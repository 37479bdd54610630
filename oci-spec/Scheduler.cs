// SPDX-License-Identifier: Apache-2.0
// config.md, "Linux Process": scheduler.
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>Scheduling of a process, as for sched_setattr(2).</summary>
public sealed class Scheduler : DocumentObject
{
    /// <summary>The policy, as <c>SCHED_FIFO</c>.</summary>
    public string Policy { get; set; } = "";

    /// <summary>The nice value, -20 to 19 (not checked here).</summary>
    public int Nice { get; set; }

    /// <summary>The static priority of SCHED_FIFO and SCHED_RR.</summary>
    public int Priority { get; set; }

    /// <summary>Flags, as <c>SCHED_FLAG_RESET_ON_FORK</c>.</summary>
    public string[] Flags { get; set; } = [];

    /// <summary>SCHED_DEADLINE: the computation time per period, in nanoseconds.</summary>
    public ulong Runtime { get; set; }

    /// <summary>SCHED_DEADLINE: the relative deadline, in nanoseconds.</summary>
    public ulong Deadline { get; set; }

    /// <summary>SCHED_DEADLINE: the period, in nanoseconds.</summary>
    public ulong Period { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("policy"u8))
            Policy = reader.ReadString();
        else if (name.SequenceEqual("nice"u8))
            Nice = reader.ReadInt32();
        else if (name.SequenceEqual("priority"u8))
            Priority = reader.ReadInt32();
        else if (name.SequenceEqual("flags"u8))
            Flags = reader.ReadStrings();
        else if (name.SequenceEqual("runtime"u8))
            Runtime = reader.ReadUInt64();
        else if (name.SequenceEqual("deadline"u8))
            Deadline = reader.ReadUInt64();
        else if (name.SequenceEqual("period"u8))
            Period = reader.ReadUInt64();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("policy"u8, Policy);
        json.NonzeroMember("nice"u8, Nice);
        json.NonzeroMember("priority"u8, Priority);
        json.OptionalMember("flags"u8, Flags);
        json.NonzeroMember("runtime"u8, Runtime);
        json.NonzeroMember("deadline"u8, Deadline);
        json.NonzeroMember("period"u8, Period);
    }
}
