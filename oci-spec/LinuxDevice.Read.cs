// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class LinuxDevice : IDocumentPart<LinuxDevice>
{
    static LinuxDevice IDocumentPart<LinuxDevice>.ReadPart(ref DocumentReader reader)
    {
        var part = new LinuxDevice();
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
            if (name.SequenceEqual("path"u8))
                Path = reader.ReadString();
            else if (name.SequenceEqual("type"u8))
                Type = reader.ReadString();
            else if (name.SequenceEqual("major"u8))
                Major = reader.ReadInt64();
            else if (name.SequenceEqual("minor"u8))
                Minor = reader.ReadInt64();
            else if (name.SequenceEqual("fileMode"u8))
                FileMode = reader.ReadUInt32();
            else if (name.SequenceEqual("uid"u8))
                Uid = reader.ReadUInt32();
            else if (name.SequenceEqual("gid"u8))
                Gid = reader.ReadUInt32();
            else
                reader.Skip();
        }
    }
}
