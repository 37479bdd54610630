// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class ContainerProcessState
{
    /// <summary>Reads a whole document, as a seccomp listener gets it.</summary>
    /// <exception cref="OciDocumentException">It is not JSON, or a value has the wrong type.</exception>
    public static ContainerProcessState Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new DocumentReader(utf8);
        var result = new ContainerProcessState();
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
            else if (name.SequenceEqual("fds"u8))
                Fds = reader.ReadStrings();
            else if (name.SequenceEqual("pid"u8))
                Pid = reader.ReadInt32();
            else if (name.SequenceEqual("metadata"u8))
                Metadata = reader.ReadText();
            else if (name.SequenceEqual("state"u8))
                State.ReadMembers(ref reader);
            else
                reader.Skip();
        }
    }
}
