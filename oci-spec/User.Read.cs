// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class User
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("uid"u8))
                Uid = reader.ReadUInt32();
            else if (name.SequenceEqual("gid"u8))
                Gid = reader.ReadUInt32();
            else if (name.SequenceEqual("umask"u8))
                Umask = reader.ReadUInt32();
            else if (name.SequenceEqual("additionalGids"u8))
                AdditionalGids = reader.ReadUInt32s();
            else
                reader.Skip();
        }
    }
}

public sealed partial class Box
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("height"u8))
                Height = reader.ReadUInt32();
            else if (name.SequenceEqual("width"u8))
                Width = reader.ReadUInt32();
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxCapabilities
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("bounding"u8))
                Bounding = reader.ReadStrings();
            else if (name.SequenceEqual("effective"u8))
                Effective = reader.ReadStrings();
            else if (name.SequenceEqual("inheritable"u8))
                Inheritable = reader.ReadStrings();
            else if (name.SequenceEqual("permitted"u8))
                Permitted = reader.ReadStrings();
            else if (name.SequenceEqual("ambient"u8))
                Ambient = reader.ReadStrings();
            else
                reader.Skip();
        }
    }
}

public sealed partial class POSIXRlimit : IDocumentPart<POSIXRlimit>
{
    static POSIXRlimit IDocumentPart<POSIXRlimit>.ReadPart(ref DocumentReader reader)
    {
        var part = new POSIXRlimit();
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
            else if (name.SequenceEqual("hard"u8))
                Hard = reader.ReadUInt64();
            else if (name.SequenceEqual("soft"u8))
                Soft = reader.ReadUInt64();
            else
                reader.Skip();
        }
    }
}
