// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.OciSpec;

namespace Runcs.Rootfs;

public static partial class RootfsPlanner
{
    // config.md, "Linux mount options" and "POSIX-platform Mounts". As runc: mappings without the option mean "idmap".
    private static MountIdMapping? PlanIdMapping(Mount mount, MountKind kind, MountOptions options, Linux linux, string origin, List<string> problems)
    {
        bool hasUids = mount.UidMappings.Length > 0, hasGids = mount.GidMappings.Length > 0;
        if (!options.IsIdMapped && !hasUids && !hasGids) return null;
        if (kind is MountKind.Cgroup or MountKind.Remount)
        {
            problems.Add($"{origin}: {(kind == MountKind.Cgroup ? "the cgroups" : "what is mounted already")} cannot have mapped ids");
            return null;
        }
        if (hasUids != hasGids)
        {
            problems.Add(hasUids ? $"{origin}.gidMappings: must be there with uidMappings" : $"{origin}.uidMappings: must be there with gidMappings");
            return null;
        }
        if (hasUids)
        {
            return new MountIdMapping(origin, Lines(mount.UidMappings, $"{origin}.uidMappings", problems),
                Lines(mount.GidMappings, $"{origin}.gidMappings", problems), "");
        }
        LinuxNamespace? user = Array.Find(linux.Namespaces, static ns => ns.Type == LinuxNamespaceType.User);
        if (user != null && user.Path.Length > 0) return new MountIdMapping(origin, "", "", user.Path);
        if (user != null && linux.UidMappings.Length > 0 && linux.GidMappings.Length > 0)
            return new MountIdMapping(origin, Lines(linux.UidMappings, "linux.uidMappings", problems), Lines(linux.GidMappings, "linux.gidMappings", problems), "");
        problems.Add($"{origin}.options: idmap needs uidMappings and gidMappings, since the container has no user namespace whose mappings could be taken");
        return null;
    }

    // user_namespaces(7), "User and group ID mappings": what else is wrong, such as an overlap, the kernel finds.
    private static string Lines(LinuxIDMapping[] mappings, string origin, List<string> problems)
    {
        var lines = new StringBuilder();
        for (int i = 0; i < mappings.Length; i++)
        {
            LinuxIDMapping mapping = mappings[i];
            if (mapping.Size == 0) problems.Add($"{origin}[{i}].size: must not be 0");
            lines.Append(mapping.ContainerID).Append(' ').Append(mapping.HostID).Append(' ').Append(mapping.Size).Append('\n');
        }
        return lines.ToString();
    }
}
