// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Cgroups;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Rootfs;

namespace Runcs.Check;

/// <summary>Files of the kernel that the runtime writes for a config: cgroup hierarchies and kernel parameters.</summary>
internal static class SettingRequirements
{
    private const int W_OK = 2;

    /// <param name="isHostRoot">Another caller has other rights to cgroups (<see cref="DelegationRequirements"/>).</param>
    public static void Check(Config config, CgroupFacts cgroups, bool isHostRoot, UnmetRequirements unmet)
    {
        if (isHostRoot) CheckHierarchies(cgroups, unmet);
        POSIXRlimit[] limits = config.Process?.Rlimits ?? [];
        for (int i = 0; i < limits.Length; i++)
        {
            // setrlimit(2): no privilege exceeds it.
            if (limits[i].Type == "RLIMIT_NOFILE" && ulong.TryParse(HostFiles.Text("/proc/sys/fs/nr_open"), out ulong most) && limits[i].Hard > most)
                unmet.Add($"process.rlimits[{i}].hard", $"must not be above /proc/sys/fs/nr_open ({most}), got {limits[i].Hard}");
        }
        if (config.Linux is not { } linux) return;
        foreach (string name in linux.Sysctl.Keys)
        {
            if (RootfsPlanner.SysctlFile(name) is { } file && !HostFiles.Exists("/proc/sys/" + file)) unmet.Add($"linux.sysctl[\"{name}\"]", $"the kernel has no /proc/sys/{file}");
        }
    }

    // Usually all of them or none: one line.
    private static void CheckHierarchies(CgroupFacts cgroups, UnmetRequirements unmet)
    {
        var denied = new List<string>();
        Errno reason = Errno.None;
        foreach (CgroupHierarchy hierarchy in cgroups.Hierarchies)
        {
            Errno errno = Files.TryAccessAt(Files.AT_FDCWD, hierarchy.MountPoint, W_OK);
            if (!errno.IsError) continue;
            if (!reason.IsError) reason = errno;
            denied.Add($"\"{hierarchy.MountPoint}\"");
        }
        if (denied.Count > 0) unmet.Add("linux.cgroupsPath", $"no cgroup can be created below {string.Join(", ", denied)}: {reason}");
    }
}
