// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.OciSpec;
using Runcs.Rootfs;

namespace Runcs.Check;

/// <summary>Requirements on the kernel: its version, filesystems, security modules, seccomp actions.</summary>
internal static class KernelRequirements
{
    public static void Check(Config config, UnmetRequirements unmet)
    {
        CheckVersion(config, unmet);
        CheckFileSystems(config.Mounts, unmet);
        if (config.Process?.ExecCPUAffinity is { } affinity)
        {
            CgroupRequirements.CheckList("process.execCPUAffinity.initial", affinity.Initial, "CPU", "/sys/devices/system/cpu", "online", unmet, oneWillDo: true);
            CgroupRequirements.CheckList("process.execCPUAffinity.final", affinity.Final, "CPU", "/sys/devices/system/cpu", "online", unmet, oneWillDo: true);
        }
        if (config.Process is { } process) CheckSecurityModules(process, unmet);
        if (config.Linux is not { } linux) return;
        CheckSeccomp(linux.Seccomp, unmet);
        foreach (string device in linux.NetDevices.Keys)
            if (device.Length > 0 && !HostFiles.Exists($"/sys/class/net/{device}")) unmet.Add($"linux.netDevices[\"{device}\"]", "the host has no network device of this name");
        if (linux.IntelRdt != null && !HostFiles.Exists("/sys/fs/resctrl/schemata")) unmet.Add("linux.intelRdt", "no resctrl filesystem is mounted on /sys/fs/resctrl");
        if (linux.MemoryPolicy is { } policy) CgroupRequirements.CheckList("linux.memoryPolicy.nodes", policy.Nodes, "memory node", "/sys/devices/system/node", "online", unmet, oneWillDo: true);
        if (linux.IntelRdt is { ClosID: { Length: > 0 } and not "/" } rdt && rdt is { L3CacheSchema: "", MemBwSchema: "", Schemata: [] } && !HostFiles.Exists($"/sys/fs/resctrl/{rdt.ClosID}"))
            unmet.Add("linux.intelRdt.closID", $"the class of service {rdt.ClosID} does not exist, and without a schema it must");
        if (linux.MemoryPolicy != null && !HostFiles.Exists("/sys/devices/system/node")) unmet.Add("linux.memoryPolicy", "the kernel has no support for NUMA");
    }

    private static void CheckVersion(Config config, UnmetRequirements unmet)
    {
        string release = HostFiles.Text("/proc/sys/kernel/osrelease")?.TrimEnd('\n') ?? "";
        string[] numbers = release.Split('.', '-');
        if (numbers.Length < 2 || !int.TryParse(numbers[0], out int major) || !int.TryParse(numbers[1], out int minor)) return;
        Need("kernel", 5, 10, "runcs");
        for (int i = 0; i < config.Mounts.Length; i++)
        {
            string[] options = config.Mounts[i].Options;
            for (int j = 0; j < options.Length; j++)
            {
                // mount_setattr(2): for a tree, and for id-mapped mounts.
                if (MountOption.Find(options[j]).Kind is MountOptionKind.SetTree or MountOptionKind.ClearTree or MountOptionKind.IdMap) Need($"mounts[{i}].options[{j}]", 5, 12, $"\"{options[j]}\"");
            }
        }
        if (config.Linux?.MemoryPolicy?.Mode == "MPOL_PREFERRED_MANY") Need("linux.memoryPolicy.mode", 5, 15, "MPOL_PREFERRED_MANY");
        if (config.Linux?.MemoryPolicy?.Mode == "MPOL_WEIGHTED_INTERLEAVE") Need("linux.memoryPolicy.mode", 6, 9, "MPOL_WEIGHTED_INTERLEAVE");
        string[] flags = config.Linux?.Seccomp?.Flags ?? [];
        for (int i = 0; i < flags.Length; i++)
            if (flags[i] == "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV") Need($"linux.seccomp.flags[{i}]", 5, 19, flags[i]);

        void Need(string jsonPath, int leastMajor, int leastMinor, string what)
        {
            if ((major, minor).CompareTo((leastMajor, leastMinor)) < 0) unmet.Add(jsonPath, $"{what} needs Linux {leastMajor}.{leastMinor}, this is {release}");
        }
    }

    // A file system whose module is loaded at its first mount is not in /proc/filesystems; the module has an alias
    // fs-NAME (MODULE_ALIAS_FS).
    private static void CheckFileSystems(Mount[] mounts, UnmetRequirements unmet)
    {
        var known = new Dictionary<string, bool>(StringComparer.Ordinal);
        for (int i = 0; i < mounts.Length; i++)
        {
            if (!IsFileSystem(mounts[i])) continue;
            // For the kernel, fuse.sshfs and the like are fuse.
            string type = mounts[i].Type.Split('.')[0];
            if (!known.TryGetValue(type, out bool there)) known.Add(type, there = HasFileSystem(type));
            if (!there) unmet.Add($"mounts[{i}].type", $"the kernel has no filesystem \"{type}\" (/proc/filesystems)");
        }
    }

    private static bool HasFileSystem(string type) =>
        HostFiles.Contains(HostFiles.Text("/proc/filesystems"), type)
        || HostFiles.Contains(HostFiles.Text($"/lib/modules/{HostFiles.Text("/proc/sys/kernel/osrelease")?.TrimEnd('\n')}/modules.alias"), "fs-" + type);

    private static bool IsFileSystem(Mount mount) =>
        mount.Type is not ("" or "bind" or "rbind" or "cgroup" or "none")
        && !Array.Exists(mount.Options, static option => option is "bind" or "rbind" or "remount");

    private static void CheckSecurityModules(Process process, UnmetRequirements unmet)
    {
        if (process.ApparmorProfile is { Length: > 0 } profile)
        {
            if (HostFiles.Text("/sys/module/apparmor/parameters/enabled")?.StartsWith('Y') != true) unmet.Add("process.apparmorProfile", "AppArmor is not enabled in the kernel");
            else if (profile != "unconfined" && HostFiles.Text("/sys/kernel/security/apparmor/profiles") is { } loaded && !HasProfile(loaded, profile))
                unmet.Add("process.apparmorProfile", $"the profile \"{profile}\" is not loaded");
        }
        if (process.SelinuxLabel.Length > 0 && !HostFiles.Exists("/sys/fs/selinux/enforce")) unmet.Add("process.selinuxLabel", "SELinux is not enabled in the kernel");
    }

    // Lines such as "docker-default (enforce)".
    private static bool HasProfile(string loaded, string profile) =>
        loaded.StartsWith(profile + " (", StringComparison.Ordinal) || loaded.Contains("\n" + profile + " (", StringComparison.Ordinal);

    private static void CheckSeccomp(LinuxSeccomp? seccomp, UnmetRequirements unmet)
    {
        if (seccomp == null) return;
        string? actions = HostFiles.Text("/proc/sys/kernel/seccomp/actions_avail");
        if (actions == null)
        {
            unmet.Add("linux.seccomp", "the kernel has no seccomp filters");
            return;
        }
        Check("linux.seccomp.defaultAction", seccomp.DefaultAction);
        for (int i = 0; i < seccomp.Syscalls.Length; i++) Check($"linux.seccomp.syscalls[{i}].action", seccomp.Syscalls[i].Action);

        void Check(string jsonPath, string action)
        {
            if (KernelAction(action) is { } name && !HostFiles.Contains(actions, name)) unmet.Add(jsonPath, $"the kernel has no seccomp action \"{name}\"");
        }
    }

    // seccomp(2), /proc/sys/kernel/seccomp/actions_avail.
    private static string? KernelAction(string action) => action switch
    {
        LinuxSeccompAction.Log => "log",
        LinuxSeccompAction.Notify => "user_notif",
        LinuxSeccompAction.KillProcess => "kill_process",
        _ => null,
    };
}
