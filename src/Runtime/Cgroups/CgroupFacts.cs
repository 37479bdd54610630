// SPDX-License-Identifier: Apache-2.0
// Read by the parent, once, before the clone.
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Native;

namespace Runcs.Cgroups;

/// <summary>The host's cgroup hierarchies: where each is mounted, and the cgroup of this process in it.</summary>
public sealed partial class CgroupFacts
{
    /// <summary>Where distributions mount cgroups (cgroups(7), systemd's file-hierarchy).</summary>
    internal const string Root = "/sys/fs/cgroup";

    /// <summary>Cgroup v2 alone, without any v1 hierarchy.</summary>
    public required bool IsUnified { get; init; }

    /// <summary>The mounted hierarchies, in the order of /proc/self/cgroup.</summary>
    public required CgroupHierarchy[] Hierarchies { get; init; }

    /// <summary>With <see cref="IsUnified"/>, the controllers that the hierarchy's root offers.</summary>
    public string[] Controllers { get; init; } = [];

    /// <summary>
    /// With <see cref="IsUnified"/>, a relative path is below the cgroup of this process instead of beside it: there alone the
    /// caller may make one.
    /// </summary>
    public bool IsBelowOwn { get; init; }

    /// <summary>The same for a caller who is not the host's root, and who chooses no place.</summary>
    public CgroupFacts ForUser()
    {
        if (!IsUnified || Hierarchies is not [{ OwnPath: not "/" } own]) return this;
        if (Delegation.IsGiven(own.MountPoint + CgroupPaths.Parent(own.OwnPath)) || !Delegation.IsGiven(own.MountPoint + own.OwnPath)) return this;
        return new CgroupFacts { IsUnified = true, Hierarchies = Hierarchies, Controllers = Controllers, IsBelowOwn = true };
    }

    /// <summary>
    /// Looks at the usual places. Only if the hierarchies are elsewhere is the mount table read, whose
    /// length grows with the number of containers.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public static CgroupFacts Read()
    {
        // thread-self, since the tests give threads mount namespaces of their own.
        string membership = Files.ReadTextAt(Files.AT_FDCWD, "/proc/thread-self/cgroup");
        Errno errno = Mounts.TryStatfs(Root, out long type, out _);
        if (errno.Value is not (Errno.ENOENT or Errno.ENOTDIR)) errno.OrThrow("statfs", Root);
        CgroupFacts? facts = type switch
        {
            Mounts.CGROUP2_SUPER_MAGIC => UsualUnified(membership, Files.ReadTextAt(Files.AT_FDCWD, Root + "/cgroup.controllers")),
            Mounts.TMPFS_MAGIC => UsualV1(membership, Entries()),
            _ => null,
        };
        if (facts == null || !OwnPathsExist(facts)) facts = FromMounts(membership, Files.ReadTextAt(Files.AT_FDCWD, "/proc/thread-self/mountinfo"));
        return facts;
    }

    /// <summary>Pure v2, mounted on <see cref="Root"/>; null if the process is in no cgroup of it.</summary>
    internal static CgroupFacts? UsualUnified(string membership, string controllers)
    {
        foreach ((string name, string path) in Memberships(membership))
        {
            if (name.Length == 0)
                return new CgroupFacts { IsUnified = true, Hierarchies = [new(CgroupHierarchy.Unified, Root, path)], Controllers = Words(controllers) };
        }
        return null;
    }

    /// <summary>V1 or hybrid: a directory below <see cref="Root"/> for each hierarchy; null if one is missing.</summary>
    /// <param name="membership">/proc/self/cgroup.</param>
    /// <param name="entries">The names in <see cref="Root"/>.</param>
    internal static CgroupFacts? UsualV1(string membership, List<string> entries)
    {
        var hierarchies = new List<CgroupHierarchy>();
        foreach ((string name, string path) in Memberships(membership))
        {
            // The v2 hierarchy always has a line; beside v1 it need not be mounted.
            bool isUnified = name.Length == 0;
            string? directory = DirectoryOf(isUnified ? CgroupHierarchy.Unified : name, entries);
            if (directory != null) hierarchies.Add(new(isUnified ? CgroupHierarchy.Unified : name, $"{Root}/{directory}", path));
            else if (!isUnified) return null;
        }
        return hierarchies.Count == 0 ? null : new CgroupFacts { IsUnified = false, Hierarchies = [.. hierarchies] };
    }

    // cpu,cpuacct is mounted on a directory of that name (systemd), or on cpu (cgroupfs-mount, where each has its own hierarchy).
    private static string? DirectoryOf(string name, List<string> entries)
    {
        string wanted = name.StartsWith(CgroupHierarchy.NamePrefix, StringComparison.Ordinal) ? name[CgroupHierarchy.NamePrefix.Length..] : name;
        return entries.Contains(wanted) ? wanted : null;
    }

    /// <summary>The lines of /proc/self/cgroup, <c>4:memory:/path</c>, as name and clean path.</summary>
    private static List<(string Name, string Path)> Memberships(string text)
    {
        var memberships = new List<(string, string)>();
        for (int start = 0, end; start < text.Length; start = end + 1)
        {
            end = text.IndexOf('\n', start);
            if (end < 0) end = text.Length;
            int first = text.IndexOf(':', start, end - start);
            int second = first < 0 ? -1 : text.IndexOf(':', first + 1, end - first - 1);
            if (second >= 0) memberships.Add((text[(first + 1)..second], CgroupPaths.Clean(text[(second + 1)..end])));
        }
        return memberships;
    }

    // A container without a cgroup namespace reads the host's paths here, but its mounts may show only a part of them.
    private static bool OwnPathsExist(CgroupFacts facts)
    {
        foreach (CgroupHierarchy hierarchy in facts.Hierarchies)
        {
            if (hierarchy.OwnPath != "/" && !FileStatus.Exists(Files.AT_FDCWD, hierarchy.MountPoint + hierarchy.OwnPath)) return false;
        }
        return true;
    }

    private static List<string> Entries()
    {
        using Fd root = Files.Open(Root, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY);
        List<string> names = FileNodes.List(root.Value, Root);
        // The directory may exist without v2 mounted on it.
        if (!FileStatus.Exists(root.Value, CgroupHierarchy.Unified + "/cgroup.procs")) names.Remove(CgroupHierarchy.Unified);
        return names;
    }

    internal static string[] Words(string text) => text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    public override string ToString()
    {
        var text = new StringBuilder(IsUnified ? "cgroup v2\n" : "cgroup v1\n");
        foreach (CgroupHierarchy hierarchy in Hierarchies) text.Append($"{hierarchy.Name} on {hierarchy.MountPoint}, in {hierarchy.OwnPath}\n");
        if (IsUnified) text.Append($"controllers {string.Join(' ', Controllers)}\n");
        return text.ToString();
    }
}
