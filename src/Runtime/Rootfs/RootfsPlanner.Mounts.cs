// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.OciSpec;
using static Runcs.Native.MountFlags;
using static Runcs.Native.Mounts;

namespace Runcs.Rootfs;

public static partial class RootfsPlanner
{
    private static MountStep[] PlanMounts(Mount[] mounts, Linux linux, string bundle, List<string> problems)
    {
        var steps = new MountStep[mounts.Length];
        for (int i = 0; i < mounts.Length; i++) steps[i] = PlanMount(mounts[i], i, linux, bundle, problems);
        return steps;
    }

    private static MountStep PlanMount(Mount mount, int index, Linux linux, string bundle, List<string> problems)
    {
        string jsonPath = JsonPath.Element("mounts", index);
        var options = new MountOptions();
        foreach (string word in mount.Options) options.Add(word);
        MountKind kind = KindOf(mount.Type, options);
        // config.md: a bind's source may be relative to the bundle; other sources are names for the file system.
        string source = kind == MountKind.Bind && mount.Source.Length > 0 ? ContainerPath.Join(bundle, mount.Source) : mount.Source;
        string destination = ContainerPath.Clean(mount.Destination);
        CheckKind(kind, mount, options, jsonPath, problems);
        string place = ContainerPath.Lexical(destination);
        CheckDestination(kind, mount, place, jsonPath, problems);
        // Nodes and mount points are still to be made in a tmpfs and in /dev, so these become read-only last.
        bool late = options.IsReadonly && (mount.Type == "tmpfs" || place == "/dev") && (kind != MountKind.Remount || options.IsBind);
        var step = new MountStep(jsonPath, kind, destination, kind == MountKind.Bind ? "bind" : mount.Type, source, options, late)
        {
            Index = index,
            IdMapping = PlanIdMapping(mount, kind, options, linux, jsonPath, problems),
            Label = linux.MountLabel.Length > 0 && TakesLabel(kind, mount.Type, options) ? linux.MountLabel : "",
        };
        if (step.Type is "devpts" or "tmpfs") CheckIds(step, linux, problems);
        return kind switch
        {
            MountKind.FileSystem => WithParameters(step),
            MountKind.Cgroup => WithShelf(step),
            _ => step,
        };
    }

    // config-linux.md, "Mount Label". The files of a bind have their own labels. The kernel labels those of proc and
    // sysfs (which runc omits), and a user's own context= overrides the common label.
    private static bool TakesLabel(MountKind kind, string type, MountOptions options) =>
        kind is MountKind.FileSystem or MountKind.Cgroup && type is not ("proc" or "sysfs") && !options.HasParameter("context");

    private static MountKind KindOf(string type, MountOptions options) =>
        (options.Flags & MS_REMOUNT) != 0 ? MountKind.Remount
        // config.md: the type of a bind is ignored; crun accepts "type": "bind" alone as one too.
        : options.IsBind || type is "bind" or "rbind" ? MountKind.Bind
        : type == "cgroup" ? MountKind.Cgroup
        : MountKind.FileSystem;

    private static void CheckKind(MountKind kind, Mount mount, MountOptions options, string jsonPath, List<string> problems)
    {
        if (kind == MountKind.Bind) CheckBindParameters(options, jsonPath, problems);
        if (kind == MountKind.Bind && mount.Source.Length == 0) problems.Add($"{jsonPath}.source: is required for a bind");
        if (kind == MountKind.FileSystem && mount.Type.Length == 0)
            problems.Add($"{jsonPath}.type: is required unless the options have bind or rbind");
        if (options.CopyUp && mount.Type != "tmpfs") problems.Add($"{jsonPath}.options: tmpcopyup is an option of tmpfs");
    }

    // An option that is not a parameter with a value is a misspelt flag, perhaps one that restricts something.
    private static void CheckBindParameters(MountOptions options, string jsonPath, List<string> problems)
    {
        foreach (MountParameter parameter in options.Parameters)
        {
            if (parameter.Value != null) continue;
            problems.Add($"{jsonPath}.options: bind mounts cannot have any filesystem-specific options applied "
                + $"(\"{parameter.Key}\" is not an option of mount(8))");
        }
    }

    // mount(2): the kernel ignores the data of a bind, so a size or a mode there has no effect. runc before 1.2 and crun
    // accept it, and the validation programs of runtime-tools have such mounts.
    private static string[] WarningsOf(MountStep[] mounts)
    {
        var warnings = new List<string>();
        foreach (MountStep mount in mounts)
        {
            if (mount.Kind == MountKind.Bind && mount.Options.Parameters.Count > 0)
                warnings.Add($"{mount.JsonPath}.options: \"{mount.Options.Parameters[0].Key}\" is ignored: a bind mount has no parameters");
        }
        return [.. warnings];
    }

    private static void CheckDestination(MountKind kind, Mount mount, string destination, string jsonPath, List<string> problems)
    {
        if (mount.Destination.Length == 0) problems.Add($"{jsonPath}.destination: is required");
        else if (destination == "/" && kind != MountKind.Remount) problems.Add($"{jsonPath}.destination: mountpoint is on the top of rootfs");
        else if (destination == "/proc" && kind is not (MountKind.Bind or MountKind.Remount) && mount.Type != "proc")
            problems.Add($"{jsonPath}.destination: \"/proc\" cannot be mounted because it is not of type proc");
        else if (ContainerPath.IsBelow(destination, "/proc") && kind != MountKind.Remount && !MayCover(destination))
            problems.Add($"{jsonPath}.destination: \"{destination}\" cannot be mounted because it is inside /proc");
    }

    // Files that lxcfs and CRIU put in place of the kernel's. Any other mount in /proc could redirect files that the
    // runtime and the program trust (CVE-2019-16884, CVE-2025-52881).
    private static bool MayCover(string path) => path is "/proc/cpuinfo" or "/proc/diskstats" or "/proc/meminfo" or "/proc/stat"
        or "/proc/swaps" or "/proc/uptime" or "/proc/loadavg" or "/proc/slabinfo" or "/proc/sys/kernel/ns_last_pid"
        or "/proc/sys/crypto/fips_enabled";
}
