// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.OciSpec;

namespace Runcs.Rootfs;

public static partial class RootfsPlanner
{
    // config.md, "Linux mount options" and "POSIX-platform Mounts". As runc: mappings without the option mean "idmap".
    private static MountIdMapping? PlanIdMapping(Mount mount, MountKind kind, MountOptions options, Linux linux, string jsonPath, List<string> problems)
    {
        bool hasUids = mount.UidMappings.Length > 0, hasGids = mount.GidMappings.Length > 0;
        if (!options.IsIdMapped && !hasUids && !hasGids) return null;
        if (kind is MountKind.Cgroup or MountKind.Remount)
        {
            problems.Add($"{jsonPath}: {(kind == MountKind.Cgroup ? "the cgroups" : "an existing mount")} cannot have mapped ids");
            return null;
        }
        if (hasUids != hasGids)
        {
            problems.Add(hasUids ? $"{jsonPath}.gidMappings: is required with uidMappings" : $"{jsonPath}.uidMappings: is required with gidMappings");
            return null;
        }
        if (hasUids)
        {
            return new MountIdMapping(jsonPath, Lines(mount.UidMappings, $"{jsonPath}.uidMappings", problems),
                Lines(mount.GidMappings, $"{jsonPath}.gidMappings", problems), "");
        }
        if (options.IdMappings.Length > 0) return ParseIdMappings(options.IdMappings, linux, jsonPath, problems);
        LinuxNamespace? user = Array.Find(linux.Namespaces, static ns => ns.Type == LinuxNamespaceType.User);
        if (user != null && user.Path.Length > 0) return new MountIdMapping(jsonPath, "", "", user.Path);
        if (user != null && linux.UidMappings.Length > 0 && linux.GidMappings.Length > 0)
            return new MountIdMapping(jsonPath, Lines(linux.UidMappings, "linux.uidMappings", problems), Lines(linux.GidMappings, "linux.gidMappings", problems), "");
        problems.Add($"{jsonPath}.options: idmap needs uidMappings and gidMappings, since the container has no user namespace to take the mappings from");
        return null;
    }

    // crun(1), "idmap mount options", which Podman writes: ranges of an id on the disk, an id on the host and a count. In
    // a range that begins with @ the second id is the container's.
    private static MountIdMapping? ParseIdMappings(string text, Linux linux, string jsonPath, List<string> problems)
    {
        string field = $"{jsonPath}.options";
        LinuxIDMapping[]? uids = null, gids = null;
        bool isKnown = true;
        foreach (string part in text.Split(';'))
        {
            if (part.StartsWith("uids=", StringComparison.Ordinal)) uids = ParseRanges(part["uids=".Length..], linux.UidMappings);
            else if (part.StartsWith("gids=", StringComparison.Ordinal)) gids = ParseRanges(part["gids=".Length..], linux.GidMappings);
            else isKnown = false;
        }
        if (isKnown && uids != null && gids != null) return new MountIdMapping(jsonPath, Lines(uids, field, problems), Lines(gids, field, problems), "");
        problems.Add($"{field}: the mappings of idmap must be like uids=0-1000-10#10-2000-5;gids=0-1000-10, got \"{text}\"");
        return null;
    }

    private static LinuxIDMapping[]? ParseRanges(string text, LinuxIDMapping[] containers)
    {
        string[] parts = text.Split('#');
        var ranges = new LinuxIDMapping[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            bool isRelative = parts[i].StartsWith('@');
            string[] numbers = parts[i][(isRelative ? 1 : 0)..].Split('-');
            if (numbers.Length != 3 || !uint.TryParse(numbers[0], out uint disk) || !uint.TryParse(numbers[1], out uint host) || !uint.TryParse(numbers[2], out uint size)) return null;
            if (isRelative && !TryOutside(containers, host, out host)) return null;
            ranges[i] = new LinuxIDMapping { ContainerID = disk, HostID = host, Size = size };
        }
        return ranges;
    }

    private static bool TryOutside(LinuxIDMapping[] mappings, uint inside, out uint outside)
    {
        LinuxIDMapping? mapping = Array.Find(mappings, mapping => inside >= mapping.ContainerID && inside - mapping.ContainerID < mapping.Size);
        outside = mapping == null ? 0 : mapping.HostID + (inside - mapping.ContainerID);
        return mapping != null;
    }

    // user_namespaces(7), "User and group ID mappings": the kernel finds other errors, such as an overlap.
    private static string Lines(LinuxIDMapping[] mappings, string jsonPath, List<string> problems)
    {
        var lines = new StringBuilder();
        for (int i = 0; i < mappings.Length; i++)
        {
            LinuxIDMapping mapping = mappings[i];
            if (mapping.Size == 0) problems.Add($"{jsonPath}[{i}].size: must not be 0");
            lines.Append(mapping.ContainerID).Append(' ').Append(mapping.HostID).Append(' ').Append(mapping.Size).Append('\n');
        }
        return lines.ToString();
    }

    // Known here already, if the container makes its user namespace: see RefusedMounts.
    private static MountStep WithoutUnmappedGroup(MountStep step, Linux linux)
    {
        if (IsMapped(linux.GidMappings, RefusedMounts.TerminalGid) || !Array.Exists(linux.Namespaces, static ns => ns.Type == LinuxNamespaceType.User && ns.Path.Length == 0)) return step;
        return RefusedMounts.WithoutGroup(step.Type, step.Parameters) is { } others ? step with { Parameters = others } : step;
    }

    private static bool IsMapped(LinuxIDMapping[] mappings, uint id) =>
        Array.Exists(mappings, mapping => id >= mapping.ContainerID && id - mapping.ContainerID < mapping.Size);

    // These two read ids relative to the container's new user namespace, and refuse ids that are not mapped there.
    private static void CheckIds(MountStep step, Linux linux, List<string> problems)
    {
        if (!Array.Exists(linux.Namespaces, static ns => ns.Type == LinuxNamespaceType.User && ns.Path.Length == 0)) return;
        foreach (MountParameter parameter in step.Options.Parameters)
        {
            (string field, LinuxIDMapping[] mappings) = parameter.Key switch
            {
                "uid" => ("linux.uidMappings", linux.UidMappings),
                "gid" => ("linux.gidMappings", linux.GidMappings),
                _ => ("", []),
            };
            if (field.Length == 0 || !uint.TryParse(parameter.Value, out uint id) || mappings.Length == 0) continue;
            if (!IsMapped(mappings, id) && !(step.Type == RefusedMounts.Devpts && parameter == RefusedMounts.TerminalGroup))
                problems.Add($"{step.JsonPath}.options: \"{parameter.Key}={id}\" is not in {field}");
        }
    }
}
