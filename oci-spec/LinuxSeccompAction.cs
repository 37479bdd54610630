// SPDX-License-Identifier: Apache-2.0
namespace Runcs.OciSpec;

/// <summary>What a seccomp rule does (config-linux.md, "Seccomp").</summary>
public static class LinuxSeccompAction
{
    /// <summary>Kills the thread; the older name.</summary>
    public const string Kill = "SCMP_ACT_KILL";

    /// <summary>Kills the process.</summary>
    public const string KillProcess = "SCMP_ACT_KILL_PROCESS";

    /// <summary>Kills the thread.</summary>
    public const string KillThread = "SCMP_ACT_KILL_THREAD";

    /// <summary>Sends SIGSYS.</summary>
    public const string Trap = "SCMP_ACT_TRAP";

    /// <summary>Fails with an errno.</summary>
    public const string Errno = "SCMP_ACT_ERRNO";

    /// <summary>Notifies a tracer.</summary>
    public const string Trace = "SCMP_ACT_TRACE";

    /// <summary>Lets the call through.</summary>
    public const string Allow = "SCMP_ACT_ALLOW";

    /// <summary>Lets the call through and logs it.</summary>
    public const string Log = "SCMP_ACT_LOG";

    /// <summary>Notifies the listener.</summary>
    public const string Notify = "SCMP_ACT_NOTIFY";
}
