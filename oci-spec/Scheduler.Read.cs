// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class Scheduler
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("policy"u8))
                Policy = reader.ReadString();
            else if (name.SequenceEqual("nice"u8))
                Nice = reader.ReadInt32();
            else if (name.SequenceEqual("priority"u8))
                Priority = reader.ReadInt32();
            else if (name.SequenceEqual("flags"u8))
                Flags = reader.ReadStrings();
            else if (name.SequenceEqual("runtime"u8))
                Runtime = reader.ReadUInt64();
            else if (name.SequenceEqual("deadline"u8))
                Deadline = reader.ReadUInt64();
            else if (name.SequenceEqual("period"u8))
                Period = reader.ReadUInt64();
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxIOPriority
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("class"u8))
                Class = reader.ReadString();
            else if (name.SequenceEqual("priority"u8))
                Priority = reader.ReadInt32();
            else
                reader.Skip();
        }
    }
}

public sealed partial class CPUAffinity
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("initial"u8))
                Initial = reader.ReadString();
            else if (name.SequenceEqual("final"u8))
                Final = reader.ReadString();
            else
                reader.Skip();
        }
    }
}
