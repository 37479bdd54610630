// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class Config
{
    /// <summary>Reads a whole <c>config.json</c>.</summary>
    /// <exception cref="OciDocumentException">It is not JSON, or values have the wrong type.</exception>
    public static Config Read(ReadOnlySpan<byte> utf8)
    {
        Config result = Read(utf8, null, out DocumentFault[] faults);
        return faults.Length == 0 ? result : throw new OciDocumentException(faults);
    }

    /// <summary>Reads what can be read of a <c>config.json</c>; a value of the wrong type is left empty.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="notes">Gets what is no fault but strange; null where nobody asks.</param>
    /// <param name="faults">The values that are wrong, in the document's order.</param>
    /// <exception cref="OciDocumentException">It is not JSON.</exception>
    public static Config Read(ReadOnlySpan<byte> utf8, DocumentNotes? notes, out DocumentFault[] faults)
    {
        var reader = new DocumentReader(utf8, notes);
        var result = new Config();
        result.ReadMembers(ref reader);
        faults = reader.EndWithFaults();
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
            else if (name.SequenceEqual("process"u8))
                (Process ??= new Process()).ReadMembers(ref reader);
            else if (name.SequenceEqual("root"u8))
                (Root ??= new Root()).ReadMembers(ref reader);
            else if (name.SequenceEqual("hostname"u8))
                Hostname = reader.ReadString();
            else if (name.SequenceEqual("domainname"u8))
                Domainname = reader.ReadString();
            else if (name.SequenceEqual("mounts"u8))
                Mounts = reader.ReadParts<Mount>();
            else if (name.SequenceEqual("hooks"u8))
                (Hooks ??= new Hooks()).ReadMembers(ref reader);
            else if (name.SequenceEqual("annotations"u8))
                reader.ReadMap(Annotations, nulAllowed: true);
            else if (name.SequenceEqual("linux"u8))
                (Linux ??= new Linux()).ReadMembers(ref reader);
            else
                reader.Skip();
        }
    }
}
