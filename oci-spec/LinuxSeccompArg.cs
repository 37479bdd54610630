// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Seccomp".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>A condition on an argument of a system call.</summary>
public sealed class LinuxSeccompArg : DocumentObject
{
    /// <summary>The argument, 0 to 5 (not checked here).</summary>
    public uint Index { get; set; }

    /// <summary>The value to compare with; for SCMP_CMP_MASKED_EQ, the mask.</summary>
    public ulong Value { get; set; }

    /// <summary>The value to compare the masked argument with.</summary>
    public ulong ValueTwo { get; set; }

    /// <summary>One of <see cref="LinuxSeccompOperator"/>.</summary>
    public string Op { get; set; } = "";

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("index"u8))
            Index = reader.ReadUInt32();
        else if (name.SequenceEqual("value"u8))
            Value = reader.ReadUInt64();
        else if (name.SequenceEqual("valueTwo"u8))
            ValueTwo = reader.ReadUInt64();
        else if (name.SequenceEqual("op"u8))
            Op = reader.ReadString();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("index"u8, Index);
        json.Member("value"u8, Value);
        json.NonzeroMember("valueTwo"u8, ValueTwo);
        json.Member("op"u8, Op);
    }
}
