// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class Hooks
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("prestart"u8))
                Prestart = reader.ReadParts<Hook>();
            else if (name.SequenceEqual("createRuntime"u8))
                CreateRuntime = reader.ReadParts<Hook>();
            else if (name.SequenceEqual("createContainer"u8))
                CreateContainer = reader.ReadParts<Hook>();
            else if (name.SequenceEqual("startContainer"u8))
                StartContainer = reader.ReadParts<Hook>();
            else if (name.SequenceEqual("poststart"u8))
                Poststart = reader.ReadParts<Hook>();
            else if (name.SequenceEqual("poststop"u8))
                Poststop = reader.ReadParts<Hook>();
            else
                reader.Skip();
        }
    }
}

public sealed partial class Hook : IDocumentPart<Hook>
{
    static Hook IDocumentPart<Hook>.ReadPart(ref DocumentReader reader)
    {
        var part = new Hook();
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
            else if (name.SequenceEqual("args"u8))
                Args = reader.ReadStrings();
            else if (name.SequenceEqual("env"u8))
                Env = reader.ReadStrings();
            else if (name.SequenceEqual("timeout"u8))
                Timeout = reader.ReadInt32();
            else
                reader.Skip();
        }
    }
}
