// SPDX-License-Identifier: Apache-2.0
// config-linux.md, "The Container Process State".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>What a seccomp listener receives together with the descriptors.</summary>
public sealed class ContainerProcessState : DocumentObject
{
    /// <summary>The version of the specification that the state follows.</summary>
    public string OciVersion { get; set; } = "";

    /// <summary>The names of the descriptors, in order; <c>seccompFd</c> is the seccomp notify descriptor.</summary>
    public string[] Fds { get; set; } = [];

    /// <summary>The process's pid in the runtime's pid namespace.</summary>
    public int Pid { get; set; }

    /// <summary><see cref="LinuxSeccomp.ListenerMetadata"/>.</summary>
    public string Metadata { get; set; } = "";

    /// <summary>The container's state.</summary>
    public State State { get; set; } = new();

    /// <summary>Reads a whole document, as a seccomp listener gets it.</summary>
    /// <exception cref="OciDocumentException">It is not JSON, or a value has the wrong type.</exception>
    public static ContainerProcessState Read(ReadOnlySpan<byte> utf8) => DocumentReader.Read<ContainerProcessState>(utf8, out _);

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("ociVersion"u8))
            OciVersion = reader.ReadString();
        else if (name.SequenceEqual("fds"u8))
            Fds = reader.ReadStrings();
        else if (name.SequenceEqual("pid"u8))
            Pid = reader.ReadInt32();
        else if (name.SequenceEqual("metadata"u8))
            Metadata = reader.ReadText();
        else if (name.SequenceEqual("state"u8))
            State = reader.ReadObject(State);
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("ociVersion"u8, OciVersion);
        json.Member("fds"u8, Fds);
        json.Member("pid"u8, Pid);
        json.OptionalMember("metadata"u8, Metadata);
        json.Member("state"u8, State);
    }
}
