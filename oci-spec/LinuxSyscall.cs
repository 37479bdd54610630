// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Seccomp".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>A rule: the action for these calls with these arguments.</summary>
public sealed class LinuxSyscall : DocumentObject
{
    /// <summary>The system calls.</summary>
    public string[] Names { get; set; } = [];

    /// <summary>One of <see cref="LinuxSeccompAction"/>.</summary>
    public string Action { get; set; } = "";

    /// <summary>The errno, or the value for a tracer; null for EPERM.</summary>
    public uint? ErrnoRet { get; set; }

    /// <summary>Conditions on the arguments.</summary>
    public LinuxSeccompArg[] Args { get; set; } = [];

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("names"u8))
            Names = reader.ReadStrings();
        else if (name.SequenceEqual("action"u8))
            Action = reader.ReadString();
        else if (name.SequenceEqual("errnoRet"u8))
            ErrnoRet = reader.ReadUInt32();
        else if (name.SequenceEqual("args"u8))
            Args = reader.ReadObjects<LinuxSeccompArg>();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("names"u8, Names);
        json.Member("action"u8, Action);
        json.OptionalMember("errnoRet"u8, (long?)ErrnoRet);
        json.OptionalMember("args"u8, Args);
    }
}
