// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class LinuxIntelRdt
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("closID"u8))
                ClosID = reader.ReadString();
            else if (name.SequenceEqual("schemata"u8))
                Schemata = reader.ReadStrings();
            else if (name.SequenceEqual("l3CacheSchema"u8))
                L3CacheSchema = reader.ReadString();
            else if (name.SequenceEqual("memBwSchema"u8))
                MemBwSchema = reader.ReadString();
            else if (name.SequenceEqual("enableMonitoring"u8))
                EnableMonitoring = reader.ReadBool();
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxMemoryPolicy
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("mode"u8))
                Mode = reader.ReadString();
            else if (name.SequenceEqual("nodes"u8))
                Nodes = reader.ReadString();
            else if (name.SequenceEqual("flags"u8))
                Flags = reader.ReadStrings();
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxPersonality
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("domain"u8))
                Domain = reader.ReadString();
            else if (name.SequenceEqual("flags"u8))
                Flags = reader.ReadStrings();
            else
                reader.Skip();
        }
    }
}
