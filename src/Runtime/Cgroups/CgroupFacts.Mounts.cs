// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Native;

namespace Runcs.Cgroups;

// For hosts with their hierarchies in other places, and for containers that see only a part of the host's hierarchies.
public sealed partial class CgroupFacts
{
    private static CgroupFacts FromMounts(string membership, string mountinfo)
    {
        CgroupFacts facts = ParseMounts(membership, mountinfo);
        if (!facts.IsUnified) return facts;
        string controllers = Files.ReadTextAt(Files.AT_FDCWD, facts.Hierarchies[0].MountPoint + "/cgroup.controllers");
        return new CgroupFacts { IsUnified = true, Hierarchies = facts.Hierarchies, Controllers = Words(controllers) };
    }

    /// <param name="membership">/proc/self/cgroup.</param>
    /// <param name="mountinfo">/proc/self/mountinfo (proc_pid_mountinfo(5)).</param>
    internal static CgroupFacts ParseMounts(string membership, string mountinfo)
    {
        string[] lines = mountinfo.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var hierarchies = new List<CgroupHierarchy>();
        bool isUnified = false;
        foreach ((string name, string path) in Memberships(membership))
        {
            string? place = null, shown = null;
            foreach (string line in lines)
            {
                if (!TryParseMount(line, name, out string root, out string mountPoint) || (place != null && place != mountPoint)) continue;
                // A later mount on the same place covers the earlier one.
                (place, shown) = (mountPoint, root);
            }
            if (place == null) continue;
            hierarchies.Add(new(name.Length == 0 ? CgroupHierarchy.Unified : name, place, Below(shown!, path)));
            isUnified |= name.Length == 0;
        }
        return new CgroupFacts { IsUnified = isUnified && hierarchies.Count == 1, Hierarchies = [.. hierarchies] };
    }

    // 31 24 0:28 /root /mount/point rw,relatime shared:9 - cgroup source rw,cpu,cpuacct
    private static bool TryParseMount(string line, string name, out string root, out string mountPoint)
    {
        (root, mountPoint) = ("", "");
        int separator = line.IndexOf(" - ", StringComparison.Ordinal);
        if (separator < 0) return false;
        string[] before = line[..separator].Split(' '), after = line[(separator + 3)..].Split(' ');
        if (before.Length < 5 || after.Length < 3 || after[0] != (name.Length == 0 ? "cgroup2" : "cgroup")) return false;
        if (name.Length > 0)
        {
            string[] options = after[2].Split(',');
            foreach (string part in name.Split(','))
            {
                if (Array.IndexOf(options, part) < 0) return false;
            }
        }
        (root, mountPoint) = (Unescape(before[3]), Unescape(before[4]));
        return true;
    }

    // A mount of a part of the hierarchy shows only the paths below that part.
    private static string Below(string root, string path)
    {
        root = CgroupPaths.Clean(root);
        if (root == "/") return path;
        if (path == root || !path.StartsWith(root + "/", StringComparison.Ordinal)) return "/";
        return path[root.Length..];
    }

    // Space, tab, newline and backslash are written \ooo.
    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;
        var plain = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            bool escaped = text[i] == '\\' && i + 3 < text.Length;
            plain.Append(escaped ? (char)((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + text[i + 3] - '0') : text[i]);
            if (escaped) i += 3;
        }
        return plain.ToString();
    }
}
