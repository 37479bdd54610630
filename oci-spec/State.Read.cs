// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class State
{
    /// <summary>Reads a whole document, as a hook gets it.</summary>
    /// <exception cref="OciDocumentException">It is not JSON, or a value has the wrong type.</exception>
    public static State Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new DocumentReader(utf8);
        var result = new State();
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
                reader.Skip();
        }
    }
}
