// SPDX-License-Identifier: Apache-2.0
// config.md, "POSIX-platform Hooks".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>Commands run at points of the lifecycle (runtime.md), each list in order.</summary>
public sealed class Hooks : DocumentObject
{
    /// <summary>The names of all hook lists, in the order in which they run.</summary>
    public static readonly string[] Names = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    /// <summary>Deprecated. Runtime namespaces, after the namespaces are made and before pivot_root.</summary>
    public Hook[] Prestart { get; set; } = [];

    /// <summary>Runtime namespaces, at the same point, after prestart.</summary>
    public Hook[] CreateRuntime { get; set; } = [];

    /// <summary>Container namespaces, before pivot_root; paths are those of the host.</summary>
    public Hook[] CreateContainer { get; set; } = [];

    /// <summary>Container namespaces, in <c>start</c>, just before the program; paths are the container's.</summary>
    public Hook[] StartContainer { get; set; } = [];

    /// <summary>Runtime namespaces, after the program was started.</summary>
    public Hook[] Poststart { get; set; } = [];

    /// <summary>Runtime namespaces, after the container was deleted.</summary>
    public Hook[] Poststop { get; set; } = [];

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("prestart"u8))
            Prestart = reader.ReadObjects<Hook>();
        else if (name.SequenceEqual("createRuntime"u8))
            CreateRuntime = reader.ReadObjects<Hook>();
        else if (name.SequenceEqual("createContainer"u8))
            CreateContainer = reader.ReadObjects<Hook>();
        else if (name.SequenceEqual("startContainer"u8))
            StartContainer = reader.ReadObjects<Hook>();
        else if (name.SequenceEqual("poststart"u8))
            Poststart = reader.ReadObjects<Hook>();
        else if (name.SequenceEqual("poststop"u8))
            Poststop = reader.ReadObjects<Hook>();
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.OptionalMember("prestart"u8, Prestart);
        json.OptionalMember("createRuntime"u8, CreateRuntime);
        json.OptionalMember("createContainer"u8, CreateContainer);
        json.OptionalMember("startContainer"u8, StartContainer);
        json.OptionalMember("poststart"u8, Poststart);
        json.OptionalMember("poststop"u8, Poststop);
    }
}
