// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class LinuxNamespace : IDocumentPart<LinuxNamespace>
{
    static LinuxNamespace IDocumentPart<LinuxNamespace>.ReadPart(ref DocumentReader reader)
    {
        var part = new LinuxNamespace();
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
            if (name.SequenceEqual("type"u8))
                Type = reader.ReadString();
            else if (name.SequenceEqual("path"u8))
                Path = reader.ReadString();
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxIDMapping : IDocumentPart<LinuxIDMapping>
{
    static LinuxIDMapping IDocumentPart<LinuxIDMapping>.ReadPart(ref DocumentReader reader)
    {
        var part = new LinuxIDMapping();
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
            if (name.SequenceEqual("containerID"u8))
                ContainerID = reader.ReadUInt32();
            else if (name.SequenceEqual("hostID"u8))
                HostID = reader.ReadUInt32();
            else if (name.SequenceEqual("size"u8))
                Size = reader.ReadUInt32();
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxTimeOffset : IDocumentPart<LinuxTimeOffset>
{
    static LinuxTimeOffset IDocumentPart<LinuxTimeOffset>.ReadPart(ref DocumentReader reader)
    {
        var part = new LinuxTimeOffset();
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
            if (name.SequenceEqual("secs"u8))
                Secs = reader.ReadInt64();
            else if (name.SequenceEqual("nanosecs"u8))
                Nanosecs = reader.ReadUInt32();
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxNetDevice : IDocumentPart<LinuxNetDevice>
{
    static LinuxNetDevice IDocumentPart<LinuxNetDevice>.ReadPart(ref DocumentReader reader)
    {
        var part = new LinuxNetDevice();
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
            else
                reader.Skip();
        }
    }
}
