// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Runcs.Native;

namespace Runcs.Resident;

/// <summary>The resources of this process, as the kernel shows them.</summary>
internal static class Census
{
    private static readonly string[] _status =
        ["Umask:", "Threads:", "ShdPnd:", "SigPnd:", "SigBlk:", "SigIgn:", "SigCgt:", "CapPrm:", "CapEff:", "NoNewPrivs:", "Seccomp:", "Cpus_allowed_list:", "Uid:", "Gid:", "Groups:"];

    /// <summary>One line for each; an empty line at the end.</summary>
    public static string Take()
    {
        var text = new StringBuilder();
        foreach (string line in Read("/proc/self/status").Split('\n'))
        {
            if (Array.Exists(_status, name => line.StartsWith(name, StringComparison.Ordinal))) text.Append(line).Append('\n');
        }
        text.Append("directory ").Append(Link("/proc/self/cwd")).Append("\nroot ").Append(Link("/proc/self/root")).Append('\n');
        foreach (string kind in (string[])["cgroup", "ipc", "mnt", "net", "pid", "pid_for_children", "time", "time_for_children", "user", "uts"])
            text.Append(Link($"/proc/self/ns/{kind}")).Append('\n');
        text.Append("children ").Append(Read("/proc/self/task/" + Processes.GetPid().ToString(CultureInfo.InvariantCulture) + "/children").Trim()).Append('\n');
        text.Append("subreaper ").Append(IsSubreaper()).Append('\n');
        text.Append("cgroups ").Append(Read("/proc/self/cgroup").Replace('\n', ' ')).Append('\n');
        text.Append("oom_score_adj ").Append(Read("/proc/self/oom_score_adj").Trim()).Append('\n');
        foreach (string descriptor in DescriptorList()) text.Append("descriptor ").Append(descriptor).Append('\n');
        return text.ToString();
    }

    /// <summary>
    /// In KiB: the private memory of this process, the live objects of the collected heap, and its committed size.
    /// </summary>
    public static string Memory(bool collects)
    {
        if (collects) GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        long live = GC.GetTotalMemory(forceFullCollection: false) / 1024, anonymous = 0;
        foreach (string line in Read("/proc/self/status").Split('\n'))
        {
            if (line.StartsWith("RssAnon:", StringComparison.Ordinal)) anonymous = long.Parse(line.AsSpan(8).Trim(" \tkB"), NumberStyles.None, CultureInfo.InvariantCulture);
        }
        return $"private {anonymous} live {live}";
    }

    private static unsafe int IsSubreaper()
    {
        const int PR_GET_CHILD_SUBREAPER = 37;
        int value = -1;
        Processes.TryPrctl(PR_GET_CHILD_SUBREAPER, (nint)(&value));
        return value;
    }

    private static List<string> DescriptorList()
    {
        using Fd directory = Files.Open("/proc/self/fd", OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        List<string> list = [];
        foreach (string number in FileNodes.List(directory.Value, "/proc/self/fd"))
        {
            if (number != directory.Value.ToString(CultureInfo.InvariantCulture)) list.Add($"{number} {Link("/proc/self/fd/" + number)}");
        }
        list.Sort(StringComparer.Ordinal);
        return list;
    }

    private static string Link(string path) => FileNodes.TryReadLinkAt(Files.AT_FDCWD, path, out _) ?? "";

    private static string Read(string path) => Files.ReadTextAt(Files.AT_FDCWD, path);
}
