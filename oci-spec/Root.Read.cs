// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class Root
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("path"u8))
                Path = reader.ReadString();
            else if (name.SequenceEqual("readonly"u8))
                Readonly = reader.ReadBool();
            else
                reader.Skip();
        }
    }
}

public sealed partial class Mount : IDocumentPart<Mount>
{
    static Mount IDocumentPart<Mount>.ReadPart(ref DocumentReader reader)
    {
        var part = new Mount();
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
            if (name.SequenceEqual("destination"u8))
                Destination = reader.ReadString();
            else if (name.SequenceEqual("type"u8))
                Type = reader.ReadString();
            else if (name.SequenceEqual("source"u8))
                Source = reader.ReadString();
            else if (name.SequenceEqual("options"u8))
                Options = reader.ReadStrings();
            else if (name.SequenceEqual("uidMappings"u8))
                UidMappings = reader.ReadParts<LinuxIDMapping>();
            else if (name.SequenceEqual("gidMappings"u8))
                GidMappings = reader.ReadParts<LinuxIDMapping>();
            else
                reader.Skip();
        }
    }
}
