// SPDX-License-Identifier: Apache-2.0
// config.md, "Process".
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>The container's process, or one that <c>exec --process</c> adds.</summary>
public sealed class Process : DocumentObject
{
    /// <summary>The process's standard streams are a pseudoterminal.</summary>
    public bool Terminal { get; set; }

    /// <summary>The size of the terminal, in characters; ignored without a terminal.</summary>
    public Box? ConsoleSize { get; set; }

    /// <summary>The user and groups of the process.</summary>
    public User User { get; set; } = new();

    /// <summary>The program and its arguments, as for execvp(3).</summary>
    public string[] Args { get; set; } = [];

    /// <summary><c>NAME=value</c> each.</summary>
    public string[] Env { get; set; } = [];

    /// <summary>The working directory, absolute, inside the container.</summary>
    public string Cwd { get; set; } = "";

    /// <summary>The capability sets; null leaves all of them empty or unchanged, at the runtime's choice.</summary>
    public LinuxCapabilities? Capabilities { get; set; }

    /// <summary>Resource limits, each type at most once.</summary>
    public POSIXRlimit[] Rlimits { get; set; } = [];

    /// <summary>Sets no_new_privs (prctl(2), PR_SET_NO_NEW_PRIVS).</summary>
    public bool NoNewPrivileges { get; set; }

    /// <summary>The AppArmor profile; "" for none.</summary>
    public string ApparmorProfile { get; set; } = "";

    /// <summary><c>/proc/PID/oom_score_adj</c>, -1000 to 1000 (not checked here); null must leave it unchanged.</summary>
    public int? OomScoreAdj { get; set; }

    /// <summary>Scheduling, as for sched_setattr(2).</summary>
    public Scheduler? Scheduler { get; set; }

    /// <summary>The SELinux label; "" for none.</summary>
    public string SelinuxLabel { get; set; } = "";

    /// <summary>I/O priority, as for ioprio_set(2).</summary>
    public LinuxIOPriority? IOPriority { get; set; }

    /// <summary>The CPUs of an <c>exec</c>.</summary>
    public CPUAffinity? ExecCPUAffinity { get; set; }

    /// <summary>Reads a whole document, as <c>exec --process</c> takes it.</summary>
    /// <param name="utf8">The document.</param>
    /// <param name="misnamed">Ignored members whose names resemble known ones.</param>
    /// <exception cref="OciDocumentException">It is not JSON, or a value has the wrong type.</exception>
    public static Process Read(ReadOnlySpan<byte> utf8, out DocumentFault[] misnamed) => DocumentReader.Read<Process>(utf8, out misnamed);

    /// <inheritdoc/>
    internal override void ReadMember(ref DocumentReader reader)
    {
        ReadOnlySpan<byte> name = reader.Name;
        if (name.SequenceEqual("terminal"u8))
            Terminal = reader.ReadBool();
        else if (name.SequenceEqual("consoleSize"u8))
            ConsoleSize = reader.ReadObject(ConsoleSize);
        else if (name.SequenceEqual("user"u8))
            User = reader.ReadObject(User);
        else if (name.SequenceEqual("args"u8))
            Args = reader.ReadStrings();
        else if (name.SequenceEqual("env"u8))
            Env = reader.ReadStrings();
        else if (name.SequenceEqual("cwd"u8))
            Cwd = reader.ReadString();
        else if (name.SequenceEqual("capabilities"u8))
            Capabilities = reader.ReadObject(Capabilities);
        else if (name.SequenceEqual("rlimits"u8))
            Rlimits = reader.ReadObjects<POSIXRlimit>();
        else if (name.SequenceEqual("noNewPrivileges"u8))
            NoNewPrivileges = reader.ReadBool();
        else if (name.SequenceEqual("apparmorProfile"u8))
            ApparmorProfile = reader.ReadString();
        else if (name.SequenceEqual("oomScoreAdj"u8))
            OomScoreAdj = reader.ReadInt32();
        else if (name.SequenceEqual("scheduler"u8))
            Scheduler = reader.ReadObject(Scheduler);
        else if (name.SequenceEqual("selinuxLabel"u8))
            SelinuxLabel = reader.ReadString();
        else if (name.SequenceEqual("ioPriority"u8))
            IOPriority = reader.ReadObject(IOPriority);
        else if (name.SequenceEqual("execCPUAffinity"u8))
            ExecCPUAffinity = reader.ReadObject(ExecCPUAffinity);
        else
            reader.SkipUnknown(this);
    }

    /// <inheritdoc/>
    internal override void WriteMembers(JsonText json)
    {
        json.TrueMember("terminal"u8, Terminal);
        json.OptionalMember("consoleSize"u8, ConsoleSize);
        json.Member("user"u8, User);
        json.OptionalMember("args"u8, Args);
        json.OptionalMember("env"u8, Env);
        json.Member("cwd"u8, Cwd);
        json.OptionalMember("capabilities"u8, Capabilities);
        json.OptionalMember("rlimits"u8, Rlimits);
        json.TrueMember("noNewPrivileges"u8, NoNewPrivileges);
        json.OptionalMember("apparmorProfile"u8, ApparmorProfile);
        json.OptionalMember("oomScoreAdj"u8, (long?)OomScoreAdj);
        json.OptionalMember("scheduler"u8, Scheduler);
        json.OptionalMember("selinuxLabel"u8, SelinuxLabel);
        json.OptionalMember("ioPriority"u8, IOPriority);
        json.OptionalMember("execCPUAffinity"u8, ExecCPUAffinity);
    }
}
