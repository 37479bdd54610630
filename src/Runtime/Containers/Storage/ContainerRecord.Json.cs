// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec;
using Runcs.OciSpec.Json;

namespace Runcs.Containers.Storage;

public sealed partial class ContainerRecord
{
    /// <summary>The document, one line.</summary>
    public byte[] Write()
    {
        JsonText json = JsonText.Compact();
        json.BeginObject();
        json.Member("version"u8, CurrentVersion);
        json.Member("id"u8, Id);
        json.Member("ociVersion"u8, OciVersion);
        json.Member("bundle"u8, Bundle);
        json.Member("rootfs"u8, Rootfs);
        if (RootMount != 0) json.Member("rootMount"u8, RootMount);
        json.Member("created"u8, Created);
        if (Annotations != null) json.OptionalMember("annotations"u8, Annotations);
        json.OptionalMember("cgroups"u8, Cgroups);
        if (CgroupsDisabled) json.Member("cgroupsDisabled"u8, true);
        if (Unit.Length > 0) json.Member("unit"u8, Unit);
        json.OptionalMember("resctrl"u8, Resctrl);
        json.OptionalMember("resctrlMade"u8, ResctrlMade);
        json.Member("privatePidNamespace"u8, PrivatePidNamespace);
        if (NoNewKeyring) json.Member("noNewKeyring"u8, true);
        json.OptionalMember("hooks"u8, Hooks);
        json.OptionalMember("program"u8, Program);
        if (PausedBeforeStart) json.Member("pausedBeforeStart"u8, true);
        json.OptionalMember("keeper"u8, Keeper);
        json.OptionalMember("memoryAndSwap"u8, MemoryAndSwap);
        json.EndObject();
        json.EndLine();
        return json.ToArray();
    }

    /// <summary>Reads the output of <see cref="Write"/>, of this or another version; unknown members are skipped.</summary>
    /// <exception cref="OciDocumentException"/>
    public static ContainerRecord Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new DocumentReader(utf8);
        var record = new ContainerRecord();
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("version"u8)) record.Version = reader.ReadInt32();
            else if (name.SequenceEqual("id"u8)) record.Id = reader.ReadString();
            else if (name.SequenceEqual("ociVersion"u8)) record.OciVersion = reader.ReadString();
            else if (name.SequenceEqual("bundle"u8)) record.Bundle = reader.ReadString();
            else if (name.SequenceEqual("rootfs"u8)) record.Rootfs = reader.ReadString();
            else if (name.SequenceEqual("rootMount"u8)) record.RootMount = reader.ReadUInt64();
            else if (name.SequenceEqual("created"u8)) record.Created = reader.ReadString();
            else if (name.SequenceEqual("annotations"u8)) reader.ReadMap(record.Annotations = [], nulAllowed: true);
            else if (name.SequenceEqual("cgroups"u8)) record.Cgroups = reader.ReadStrings();
            else if (name.SequenceEqual("cgroupsDisabled"u8)) record.CgroupsDisabled = reader.ReadBool();
            else if (name.SequenceEqual("unit"u8)) record.Unit = reader.ReadString();
            else if (name.SequenceEqual("resctrl"u8)) record.Resctrl = reader.ReadStrings();
            else if (name.SequenceEqual("resctrlMade"u8)) record.ResctrlMade = reader.ReadStrings();
            else if (name.SequenceEqual("privatePidNamespace"u8)) record.PrivatePidNamespace = reader.ReadBool();
            else if (name.SequenceEqual("noNewKeyring"u8)) record.NoNewKeyring = reader.ReadBool();
            else if (name.SequenceEqual("hooks"u8)) record.Hooks = reader.ReadStrings();
            else if (name.SequenceEqual("program"u8)) record.Program = reader.ReadString();
            else if (name.SequenceEqual("pausedBeforeStart"u8)) record.PausedBeforeStart = reader.ReadBool();
            else if (name.SequenceEqual("keeper"u8)) record.Keeper = reader.ReadString();
            else if (name.SequenceEqual("memoryAndSwap"u8)) record.MemoryAndSwap = reader.ReadInt64();
            else reader.Skip();
        }
        reader.End();
        return record;
    }
}
