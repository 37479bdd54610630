// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class Process
{
    /// <summary>Reads a whole document, as <c>exec --process</c> takes it.</summary>
    /// <exception cref="OciDocumentException">It is not JSON, or a value has the wrong type.</exception>
    public static Process Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new DocumentReader(utf8);
        var result = new Process();
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
            if (name.SequenceEqual("terminal"u8))
                Terminal = reader.ReadBool();
            else if (name.SequenceEqual("consoleSize"u8))
                (ConsoleSize ??= new Box()).ReadMembers(ref reader);
            else if (name.SequenceEqual("user"u8))
                User.ReadMembers(ref reader);
            else if (name.SequenceEqual("args"u8))
                Args = reader.ReadStrings();
            else if (name.SequenceEqual("env"u8))
                Env = reader.ReadStrings();
            else if (name.SequenceEqual("cwd"u8))
                Cwd = reader.ReadString();
            else if (name.SequenceEqual("capabilities"u8))
                (Capabilities ??= new LinuxCapabilities()).ReadMembers(ref reader);
            else if (name.SequenceEqual("rlimits"u8))
                Rlimits = reader.ReadParts<POSIXRlimit>();
            else if (name.SequenceEqual("noNewPrivileges"u8))
                NoNewPrivileges = reader.ReadBool();
            else if (name.SequenceEqual("apparmorProfile"u8))
                ApparmorProfile = reader.ReadString();
            else if (name.SequenceEqual("oomScoreAdj"u8))
                OomScoreAdj = reader.ReadInt32();
            else if (name.SequenceEqual("scheduler"u8))
                (Scheduler ??= new Scheduler()).ReadMembers(ref reader);
            else if (name.SequenceEqual("selinuxLabel"u8))
                SelinuxLabel = reader.ReadString();
            else if (name.SequenceEqual("ioPriority"u8))
                (IOPriority ??= new LinuxIOPriority()).ReadMembers(ref reader);
            else if (name.SequenceEqual("execCPUAffinity"u8))
                (ExecCPUAffinity ??= new CPUAffinity()).ReadMembers(ref reader);
            else
                reader.Skip();
        }
    }
}
