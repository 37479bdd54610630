// SPDX-License-Identifier: Apache-2.0
// runtime.md, "State".
using System;
using System.Collections.Generic;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>The state that hooks read from standard input and that <c>state</c> must print.</summary>
public sealed class State : DocumentObject
{
    private Dictionary<string, string>? annotations;

    /// <summary>The version of the specification that the state follows.</summary>
    public string OciVersion { get; set; } = "";

    /// <summary>The container's id.</summary>
    public string Id { get; set; } = "";

    /// <summary>One of <see cref="ContainerStatus"/>.</summary>
    public string Status { get; set; } = "";

    /// <summary>The pid in the reader's pid namespace; 0 for no process.</summary>
    public int Pid { get; set; }

    /// <summary>The bundle, absolute.</summary>
    public string Bundle { get; set; } = "";

    /// <summary>The annotations of the config.</summary>
    public Dictionary<string, string> Annotations
    {
        get => annotations ??= [];
        set => annotations = value;
    }

    /// <summary>Reads a whole document, as a hook gets it.</summary>
    /// <exception cref="OciDocumentException">It is not JSON, or a value has the wrong type.</exception>
    public static State Read(ReadOnlySpan<byte> utf8) => DocumentReader.Read<State>(utf8, out _);

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("ociVersion"u8))
            OciVersion = reader.ReadString();
        else if (name.SequenceEqual("id"u8))
            Id = reader.ReadString();
        else if (name.SequenceEqual("status"u8))
            Status = reader.ReadString();
        else if (name.SequenceEqual("pid"u8))
            Pid = reader.ReadInt32();
        else if (name.SequenceEqual("bundle"u8))
            Bundle = reader.ReadString();
        else if (name.SequenceEqual("annotations"u8))
            reader.ReadMap(Annotations, nulAllowed: true);
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("ociVersion"u8, OciVersion);
        json.Member("id"u8, Id);
        json.Member("status"u8, Status);
        json.NonzeroMember("pid"u8, Pid);
        json.Member("bundle"u8, Bundle);
        json.OptionalMember("annotations"u8, annotations);
    }
}
