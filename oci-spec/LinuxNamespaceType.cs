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
