// SPDX-License-Identifier: Apache-2.0
// config.md, "POSIX-platform Hooks".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>One command.</summary>
public sealed class Hook : DocumentObject
{
    /// <summary>The program, absolute.</summary>
    public string Path { get; set; } = "";

    /// <summary>Its argv, with argv[0] first; empty for the path alone.</summary>
    public string[] Args { get; set; } = [];

    /// <summary>
    /// Its environment, <c>NAME=value</c> each; null if the document has none, which runtimes treat differently from an
    /// empty one.
    /// </summary>
    public string[]? Env { get; set; }

    /// <summary>Seconds until the hook is killed, more than 0 (not checked here); null for no limit.</summary>
    public int? Timeout { get; set; }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("path"u8))
            Path = reader.ReadString();
        else if (name.SequenceEqual("args"u8))
            Args = reader.ReadStrings();
        else if (name.SequenceEqual("env"u8))
            Env = reader.ReadStrings();
        else if (name.SequenceEqual("timeout"u8))
            Timeout = reader.ReadInt32();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("path"u8, Path);
        json.OptionalMember("args"u8, Args);
        json.NullableMember("env"u8, Env);
        json.OptionalMember("timeout"u8, (long?)Timeout);
    }
}
