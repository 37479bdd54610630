// SPDX-License-Identifier: Apache-2.0
namespace Runcs.OciSpec;

/// <summary>The types of namespaces (config-linux.md, "Namespaces").</summary>
public static class LinuxNamespaceType
{
    /// <summary>Process ids.</summary>
    public const string Pid = "pid";

    /// <summary>Network.</summary>
    public const string Network = "network";

    /// <summary>Mounts.</summary>
    public const string Mount = "mount";

    /// <summary>System V IPC and POSIX message queues.</summary>
    public const string Ipc = "ipc";

    /// <summary>Hostname and NIS domain name.</summary>
    public const string Uts = "uts";

    /// <summary>User and group ids.</summary>
    public const string User = "user";

    /// <summary>The view of the cgroup hierarchies.</summary>
    public const string Cgroup = "cgroup";

    /// <summary>Monotonic and boot-time clocks.</summary>
    public const string Time = "time";
}

/// <summary>The status of a container (runtime.md, "State").</summary>
public static class ContainerStatus
{
    /// <summary>The runtime is at work on <c>create</c>.</summary>
    public const string Creating = "creating";

    /// <summary><c>create</c> is done, <c>start</c> was not called.</summary>
    public const string Created = "created";

    /// <summary>The program was started and has not ended.</summary>
    public const string Running = "running";

    /// <summary>The program has ended.</summary>
    public const string Stopped = "stopped";

    /// <summary>The container is frozen: no word of the specification, but runc's, and engines match it.</summary>
    public const string Paused = "paused";
}

/// <summary>What a seccomp rule does (config-linux.md, "Seccomp").</summary>
public static class LinuxSeccompAction
{
    /// <summary>Kills the thread.</summary>
    public const string Kill = "SCMP_ACT_KILL";

    /// <summary>Kills the process.</summary>
    public const string KillProcess = "SCMP_ACT_KILL_PROCESS";

    /// <summary>Kills the thread.</summary>
    public const string KillThread = "SCMP_ACT_KILL_THREAD";

    /// <summary>Sends SIGSYS.</summary>
    public const string Trap = "SCMP_ACT_TRAP";

    /// <summary>Fails with an errno.</summary>
    public const string Errno = "SCMP_ACT_ERRNO";

    /// <summary>Tells a tracer.</summary>
    public const string Trace = "SCMP_ACT_TRACE";

    /// <summary>Lets the call through.</summary>
    public const string Allow = "SCMP_ACT_ALLOW";

    /// <summary>Lets the call through and logs it.</summary>
    public const string Log = "SCMP_ACT_LOG";

    /// <summary>Asks the listener.</summary>
    public const string Notify = "SCMP_ACT_NOTIFY";
}

/// <summary>How a seccomp rule compares an argument (config-linux.md, "Seccomp").</summary>
public static class LinuxSeccompOperator
{
    /// <summary>Not equal.</summary>
    public const string NotEqual = "SCMP_CMP_NE";

    /// <summary>Less.</summary>
    public const string LessThan = "SCMP_CMP_LT";

    /// <summary>Less or equal.</summary>
    public const string LessEqual = "SCMP_CMP_LE";

    /// <summary>Equal.</summary>
    public const string EqualTo = "SCMP_CMP_EQ";

    /// <summary>Greater or equal.</summary>
    public const string GreaterEqual = "SCMP_CMP_GE";

    /// <summary>Greater.</summary>
    public const string GreaterThan = "SCMP_CMP_GT";

    /// <summary>Equal under a mask.</summary>
    public const string MaskedEqual = "SCMP_CMP_MASKED_EQ";
}
