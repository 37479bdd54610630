// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class LinuxSeccomp
{
    /// <summary>Reads the object that <paramref name="reader"/> stands at into this one; members that it lacks stay as they are.</summary>
    public void ReadMembers(ref DocumentReader reader)
    {
        reader.BeginObject();
        while (reader.NextMember())
        {
            ReadOnlySpan<byte> name = reader.Name;
            if (name.SequenceEqual("defaultAction"u8))
                DefaultAction = reader.ReadString();
            else if (name.SequenceEqual("defaultErrnoRet"u8))
                DefaultErrnoRet = reader.ReadUInt32();
            else if (name.SequenceEqual("architectures"u8))
                Architectures = reader.ReadStrings();
            else if (name.SequenceEqual("flags"u8))
                Flags = reader.ReadStrings();
            else if (name.SequenceEqual("listenerPath"u8))
                ListenerPath = reader.ReadString();
            else if (name.SequenceEqual("listenerMetadata"u8))
                ListenerMetadata = reader.ReadText();
            else if (name.SequenceEqual("syscalls"u8))
                Syscalls = reader.ReadParts<LinuxSyscall>();
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxSyscall : IDocumentPart<LinuxSyscall>
{
    static LinuxSyscall IDocumentPart<LinuxSyscall>.ReadPart(ref DocumentReader reader)
    {
        var part = new LinuxSyscall();
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
            if (name.SequenceEqual("names"u8))
                Names = reader.ReadStrings();
            else if (name.SequenceEqual("action"u8))
                Action = reader.ReadString();
            else if (name.SequenceEqual("errnoRet"u8))
                ErrnoRet = reader.ReadUInt32();
            else if (name.SequenceEqual("args"u8))
                Args = reader.ReadParts<LinuxSeccompArg>();
            else
                reader.Skip();
        }
    }
}

public sealed partial class LinuxSeccompArg : IDocumentPart<LinuxSeccompArg>
{
    static LinuxSeccompArg IDocumentPart<LinuxSeccompArg>.ReadPart(ref DocumentReader reader)
    {
        var part = new LinuxSeccompArg();
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
            if (name.SequenceEqual("index"u8))
                Index = reader.ReadUInt32();
            else if (name.SequenceEqual("value"u8))
                Value = reader.ReadUInt64();
            else if (name.SequenceEqual("valueTwo"u8))
                ValueTwo = reader.ReadUInt64();
            else if (name.SequenceEqual("op"u8))
                Op = reader.ReadString();
            else
                reader.Skip();
        }
    }
}
