// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Rootfs;

namespace Runcs.Check;

/// <summary>Files of the kernel that would be written: cgroup hierarchies that are read-only, kernel parameters that are not there.</summary>
internal static class SettingLacks
{
    private const int W_OK = 2;

    public static void Find(Config config, CgroupFacts cgroups, HostLacks lacks)
    {
        foreach (CgroupHierarchy hierarchy in cgroups.Hierarchies)
        {
            Errno errno = Files.TryAccessAt(Files.AT_FDCWD, hierarchy.MountPoint, W_OK);
            if (errno.IsError) lacks.Add("linux.cgroupsPath", $"no cgroup can be created below \"{hierarchy.MountPoint}\": {errno}");
        }
        if (config.Linux is not { } linux) return;
        foreach (string name in linux.Sysctl.Keys)
        {
            if (RootfsPlanner.SysctlFile(name) is { } file && !HostLacks.Exists("/proc/sys/" + file)) lacks.Add($"linux.sysctl[\"{name}\"]", $"the kernel has no /proc/sys/{file}");
        }
    }
}
