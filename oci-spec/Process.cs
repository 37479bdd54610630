// SPDX-License-Identifier: Apache-2.0
// config.md, "Process".

namespace Runcs.OciSpec;

/// <summary>The container's process, or one that <c>exec --process</c> adds.</summary>
public sealed partial class Process
{
    /// <summary>The process gets a pseudoterminal as its standard streams.</summary>
    public bool Terminal { get; set; }

    /// <summary>The size of the terminal, in characters; without a terminal it means nothing.</summary>
    public Box? ConsoleSize { get; set; }

    /// <summary>Who the process is.</summary>
    public User User { get; set; } = new();

    /// <summary>The program and its arguments, as for execvp(3).</summary>
    public string[] Args { get; set; } = [];

    /// <summary><c>NAME=value</c> each.</summary>
    public string[] Env { get; set; } = [];

    /// <summary>The working directory, absolute, inside the container.</summary>
    public string Cwd { get; set; } = "";

    /// <summary>The capability sets; null leaves all of them empty or alone, which is the runtime's choice.</summary>
    public LinuxCapabilities? Capabilities { get; set; }

    /// <summary>Resource limits, each type at most once.</summary>
    public POSIXRlimit[] Rlimits { get; set; } = [];

    /// <summary>Sets no_new_privs (prctl(2), PR_SET_NO_NEW_PRIVS).</summary>
    public bool NoNewPrivileges { get; set; }

    /// <summary>The AppArmor profile; "" for none.</summary>
    public string ApparmorProfile { get; set; } = "";

    /// <summary><c>/proc/PID/oom_score_adj</c>, -1000 to 1000 (not checked here); null must leave it alone.</summary>
    public int? OomScoreAdj { get; set; }

    /// <summary>Scheduling, as for sched_setattr(2).</summary>
    public Scheduler? Scheduler { get; set; }

    /// <summary>The SELinux label; "" for none.</summary>
    public string SelinuxLabel { get; set; } = "";

    /// <summary>I/O priority, as for ioprio_set(2).</summary>
    public LinuxIOPriority? IOPriority { get; set; }

    /// <summary>On which CPUs an <c>exec</c> runs.</summary>
    public CPUAffinity? ExecCPUAffinity { get; set; }
}
