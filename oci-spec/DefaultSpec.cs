// SPDX-License-Identifier: Apache-2.0
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

/// <summary>
/// The config that <c>spec</c> writes as a starting point. Except for the version it is that of runc 1.3
/// (libcontainer/specconv/example.go), since scripts edit it by its text.
/// </summary>
public static class DefaultSpec
{
    private const string OciVersion = "1.3.0";

    /// <summary>The document, indented by tabs, without a line end.</summary>
    /// <param name="rootless">For a user other than root: user namespace, no network namespace, no limits.</param>
    /// <param name="cgroupV2">The host has only the unified hierarchy: adds a cgroup namespace.</param>
    /// <param name="hostUid">With <paramref name="rootless"/>, the user who becomes root inside.</param>
    /// <param name="hostGid">With <paramref name="rootless"/>, the group that becomes root's inside.</param>
    public static byte[] Write(bool rootless, bool cgroupV2, uint hostUid, uint hostGid)
    {
        JsonText json = JsonText.Tabbed();
        Create(rootless, cgroupV2, hostUid, hostGid).Write(json);
        return json.ToArray();
    }

    private static Config Create(bool rootless, bool cgroupV2, uint hostUid, uint hostGid)
    {
        var linux = new Linux
        {
            Namespaces = Namespaces(rootless, cgroupV2),
            MaskedPaths =
            [
                "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
                "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi",
            ],
            ReadonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
        };
        if (rootless)
        {
            linux.UidMappings = [new LinuxIDMapping { ContainerID = 0, HostID = hostUid, Size = 1 }];
            linux.GidMappings = [new LinuxIDMapping { ContainerID = 0, HostID = hostGid, Size = 1 }];
        }
        else
        {
            linux.Resources = new LinuxResources { Devices = [new LinuxDeviceCgroup { Allow = false, Access = "rwm" }] };
        }
        return new Config
        {
            OciVersion = OciVersion,
            Process = Shell(),
            Root = new Root { Path = "rootfs", Readonly = true },
            Hostname = "runc",
            Mounts = Mounts(rootless),
            Linux = linux,
        };
    }

    private static Process Shell()
    {
        string[] kept = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"];
        return new Process
        {
            Terminal = true,
            Args = ["sh"],
            Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
            Cwd = "/",
            // No ambient and no inheritable set: runc removed them after CVE-2022-29162.
            Capabilities = new LinuxCapabilities { Bounding = kept, Effective = kept, Permitted = kept },
            Rlimits = [new POSIXRlimit { Type = "RLIMIT_NOFILE", Hard = 1024, Soft = 1024 }],
            NoNewPrivileges = true,
        };
    }

    private static Mount[] Mounts(bool rootless) =>
    [
        Mount("/proc", "proc", "proc"),
        Mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
        // A group that the user namespace does not map cannot own the terminals.
        rootless
            ? Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620")
            : Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
        Mount("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
        Mount("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
        // Mounting sysfs requires ownership of the network namespace, and a rootless container stays in the host's.
        rootless
            ? Mount("/sys", "none", "/sys", "rbind", "nosuid", "noexec", "nodev", "ro")
            : Mount("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
        Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", "ro"),
    ];

    private static Mount Mount(string destination, string type, string source, params string[] options) =>
        new() { Destination = destination, Type = type, Source = source, Options = options };

    private static LinuxNamespace[] Namespaces(bool rootless, bool cgroupV2)
    {
        var pid = new LinuxNamespace { Type = LinuxNamespaceType.Pid };
        var network = new LinuxNamespace { Type = LinuxNamespaceType.Network };
        var ipc = new LinuxNamespace { Type = LinuxNamespaceType.Ipc };
        var uts = new LinuxNamespace { Type = LinuxNamespaceType.Uts };
        var mount = new LinuxNamespace { Type = LinuxNamespaceType.Mount };
        var cgroup = new LinuxNamespace { Type = LinuxNamespaceType.Cgroup };
        var user = new LinuxNamespace { Type = LinuxNamespaceType.User };
        return (rootless, cgroupV2) switch
        {
            (false, false) => [pid, network, ipc, uts, mount],
            (false, true) => [pid, network, ipc, uts, mount, cgroup],
            (true, false) => [pid, ipc, uts, mount, user],
            (true, true) => [pid, ipc, uts, mount, cgroup, user],
        };
    }
}
