// SPDX-License-Identifier: Apache-2.0
// config.md of the runtime specification.
using System;
using System.Collections.Generic;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>A bundle's <c>config.json</c> (config.md), for Linux; members of other platforms are not read.</summary>
public sealed class Config : DocumentObject
{
    private Dictionary<string, string>? annotations;

    /// <summary>The SemVer version of the specification that the bundle follows; "" if it is missing.</summary>
    public string OciVersion { get; set; } = "";

    /// <summary>The container's process; the specification requires it at start only.</summary>
    public Process? Process { get; set; }

    /// <summary>The root filesystem.</summary>
    public Root? Root { get; set; }

    /// <summary>The hostname in the container's UTS namespace; null leaves it alone.</summary>
    public string? Hostname { get; set; }

    /// <summary>The NIS domain name in the container's UTS namespace; null leaves it alone.</summary>
    public string? Domainname { get; set; }

    /// <summary>Mounts on top of the root, in the order in which they are made.</summary>
    public Mount[] Mounts { get; set; } = [];

    /// <summary>Commands run at points of the lifecycle.</summary>
    public Hooks? Hooks { get; set; }

    /// <summary>Metadata of the user's choice; the only values that may hold NUL characters.</summary>
    public Dictionary<string, string> Annotations
    {
        get => annotations ??= [];
        set => annotations = value;
    }

    /// <summary>There are annotations; without any, <see cref="Annotations"/> is made when it is read.</summary>
    public bool HasAnnotations() => annotations is { Count: > 0 };

    /// <summary>The Linux part (config-linux.md).</summary>
    public Linux? Linux { get; set; }

    /// <summary>Reads a whole <c>config.json</c>.</summary>
    /// <exception cref="OciDocumentException">It is not JSON, or values have the wrong type.</exception>
    public static Config Read(ReadOnlySpan<byte> utf8)
    {
        Config result = Read(utf8, null, out DocumentFault[] faults, out _);
        return faults.Length == 0 ? result : throw new OciDocumentException(faults);
    }

    /// <summary>Reads a <c>config.json</c> as far as possible; a value of the wrong type is left empty.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="notes">Receives oddities that are not faults; null if the caller does not need them.</param>
    /// <param name="faults">The wrong values, in document order.</param>
    /// <param name="misnamed">
    /// Ignored members whose names resemble known ones; with <paramref name="notes"/>, the notes contain them.
    /// </param>
    /// <exception cref="OciDocumentException">It is not JSON.</exception>
    public static Config Read(ReadOnlySpan<byte> utf8, DocumentNotes? notes, out DocumentFault[] faults, out DocumentFault[] misnamed)
    {
        var reader = new DocumentReader(utf8, notes);
        Config result = reader.ReadObject<Config>();
        faults = reader.EndWithFaults();
        misnamed = reader.Misnamed();
        return result;
    }

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("ociVersion"u8))
            OciVersion = reader.ReadString();
        else if (name.SequenceEqual("process"u8))
            Process = reader.ReadObject(Process);
        else if (name.SequenceEqual("root"u8))
            Root = reader.ReadObject(Root);
        else if (name.SequenceEqual("hostname"u8))
            Hostname = reader.ReadString();
        else if (name.SequenceEqual("domainname"u8))
            Domainname = reader.ReadString();
        else if (name.SequenceEqual("mounts"u8))
            Mounts = reader.ReadObjects<Mount>();
        else if (name.SequenceEqual("hooks"u8))
            Hooks = reader.ReadObject(Hooks);
        else if (name.SequenceEqual("annotations"u8))
            reader.ReadMap(Annotations, nulAllowed: true);
        else if (name.SequenceEqual("linux"u8))
            Linux = reader.ReadObject(Linux);
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.Member("ociVersion"u8, OciVersion);
        json.OptionalMember("process"u8, Process);
        json.OptionalMember("root"u8, Root);
        json.OptionalMember("hostname"u8, Hostname);
        json.OptionalMember("domainname"u8, Domainname);
        json.OptionalMember("mounts"u8, Mounts);
        json.OptionalMember("hooks"u8, Hooks);
        json.OptionalMember("annotations"u8, annotations);
        json.OptionalMember("linux"u8, Linux);
    }
}
