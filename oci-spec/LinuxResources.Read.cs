// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class LinuxResources
{
    /// <summary>Reads a whole document, as <c>update --resources</c> takes it.</summary>
    /// <exception cref="OciDocumentException">It is not JSON, or a value has the wrong type.</exception>
    public static LinuxResources Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new DocumentReader(utf8);
        var result = new LinuxResources();
        result.ReadMembers(ref reader);
        reader.End();
        return result;
    }

    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("devices"u8))
                Devices = reader.ReadParts<LinuxDeviceCgroup>();
            else if (name.SequenceEqual("memory"u8))
                (Memory ??= new LinuxMemory()).ReadMembers(ref reader);
            else if (name.SequenceEqual("cpu"u8))
                (CPU ??= new LinuxCPU()).ReadMembers(ref reader);
            else if (name.SequenceEqual("pids"u8))
                (Pids ??= new LinuxPids()).ReadMembers(ref reader);
            else if (name.SequenceEqual("blockIO"u8))
                (BlockIO ??= new LinuxBlockIO()).ReadMembers(ref reader);
            else if (name.SequenceEqual("hugepageLimits"u8))
                HugepageLimits = reader.ReadParts<LinuxHugepageLimit>();
            else if (name.SequenceEqual("network"u8))
                (Network ??= new LinuxNetwork()).ReadMembers(ref reader);
            else if (name.SequenceEqual("rdma"u8))
                reader.ReadPartMap(Rdma);
            else if (name.SequenceEqual("unified"u8))
                reader.ReadMap(Unified);
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxDeviceCgroup : IDocumentPart<LinuxDeviceCgroup>
{
    static LinuxDeviceCgroup IDocumentPart<LinuxDeviceCgroup>.ReadPart(ref DocumentReader reader)
    {
        var part = new LinuxDeviceCgroup();
        part.ReadMembers(ref reader);
        return part;
    }

    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("allow"u8))
                Allow = reader.ReadBool();
            else if (name.SequenceEqual("type"u8))
                Type = reader.ReadString();
            else if (name.SequenceEqual("major"u8))
                Major = reader.ReadInt64();
            else if (name.SequenceEqual("minor"u8))
                Minor = reader.ReadInt64();
            else if (name.SequenceEqual("access"u8))
                Access = reader.ReadString();
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxHugepageLimit : IDocumentPart<LinuxHugepageLimit>
{
    static LinuxHugepageLimit IDocumentPart<LinuxHugepageLimit>.ReadPart(ref DocumentReader reader)
    {
        var part = new LinuxHugepageLimit();
        part.ReadMembers(ref reader);
        return part;
    }

    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("pageSize"u8))
                PageSize = reader.ReadString();
            else if (name.SequenceEqual("limit"u8))
                Limit = reader.ReadUInt64();
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxNetwork
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("classID"u8))
                ClassID = reader.ReadUInt32();
            else if (name.SequenceEqual("priorities"u8))
                Priorities = reader.ReadParts<LinuxInterfacePriority>();
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxInterfacePriority : IDocumentPart<LinuxInterfacePriority>
{
    static LinuxInterfacePriority IDocumentPart<LinuxInterfacePriority>.ReadPart(ref DocumentReader reader)
    {
        var part = new LinuxInterfacePriority();
        part.ReadMembers(ref reader);
        return part;
    }

    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("name"u8))
                Name = reader.ReadString();
            else if (name.SequenceEqual("priority"u8))
                Priority = reader.ReadUInt32();
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxRdma : IDocumentPart<LinuxRdma>
{
    static LinuxRdma IDocumentPart<LinuxRdma>.ReadPart(ref DocumentReader reader)
    {
        var part = new LinuxRdma();
        part.ReadMembers(ref reader);
        return part;
    }

    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("hcaHandles"u8))
                HcaHandles = reader.ReadUInt32();
            else if (name.SequenceEqual("hcaObjects"u8))
                HcaObjects = reader.ReadUInt32();
            else
                reader.Skip();
        }
    }
}
