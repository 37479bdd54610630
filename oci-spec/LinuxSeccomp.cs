// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "Seccomp".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>The seccomp filter (seccomp(2)).</summary>
public sealed class LinuxSeccomp : DocumentObject
{
    /// <summary>The action for calls that no rule names; one of <see cref="LinuxSeccompAction"/>.</summary>
    public string DefaultAction { get; set; } = "";

    /// <summary>The errno of a default action that has one; null for EPERM.</summary>
    public uint? DefaultErrnoRet { get; set; }

    /// <summary>Architectures whose calls the rules apply to, such as <c>SCMP_ARCH_X86_64</c>.</summary>
    public string[] Architectures { get; set; } = [];

    /// <summary>
    /// Flags of the filter, such as <c>SECCOMP_FILTER_FLAG_LOG</c>; null if the document has none, for which runc uses
    /// its default flags.
    /// </summary>
    public string[]? Flags { get; set; }

    /// <summary>The socket that receives the notify descriptor of a SCMP_ACT_NOTIFY filter.</summary>
    public string ListenerPath { get; set; } = "";

    /// <summary>Text that the socket receives together with the state.</summary>
    public string ListenerMetadata { get; set; } = "";

    /// <summary>The rules.</summary>
    public LinuxSyscall[] Syscalls { get; set; } = [];

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("defaultAction"u8))
            DefaultAction = reader.ReadString();
        else if (name.SequenceEqual("defaultErrnoRet"u8))
            DefaultErrnoRet = reader.ReadUInt32();
        else if (name.SequenceEqual("architectures"u8))
            Architectures = reader.ReadStrings();
        else if (name.SequenceEqual("flags"u8))
            Flags = reader.ReadStrings();
        else if (name.SequenceEqual("listenerPath"u8))
            ListenerPath = reader.ReadString();
        else if (name.SequenceEqual("listenerMetadata"u8))
            ListenerMetadata = reader.ReadText();
        else if (name.SequenceEqual("syscalls"u8))
            Syscalls = reader.ReadObjects<LinuxSyscall>();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("defaultAction"u8, DefaultAction);
        json.OptionalMember("defaultErrnoRet"u8, (long?)DefaultErrnoRet);
        json.OptionalMember("architectures"u8, Architectures);
        json.NullableMember("flags"u8, Flags);
        json.OptionalMember("listenerPath"u8, ListenerPath);
        json.OptionalMember("listenerMetadata"u8, ListenerMetadata);
        json.OptionalMember("syscalls"u8, Syscalls);
    }
}
