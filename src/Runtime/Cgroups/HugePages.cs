// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/mm/hugetlbpage.rst
using System;
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Cgroups;

/// <summary>The sizes of huge pages that the kernel has.</summary>
internal static class HugePages
{
    private const string Directory = "/sys/kernel/mm/hugepages";

    /// <returns>In the names of the cgroup's files, such as <c>2MB</c>; empty without huge pages.</returns>
    /// <exception cref="RuncsException"/>
    public static List<string> ReadSizes()
    {
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, Directory, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY, 0, out Fd? fd);
        if (errno.Value == Errno.ENOENT) return [];
        errno.OrThrow("openat", Directory);
        using (fd) return Sizes(FileNodes.List(fd!.Value, Directory));
    }

    /// <summary><c>2MB</c> for <c>hugepages-2048kB</c>, sorted.</summary>
    internal static List<string> Sizes(IReadOnlyList<string> names)
    {
        const string Prefix = "hugepages-";
        const ulong Kibi = 1 << 10, Mebi = 1 << 20;
        var sizes = new List<string>(names.Count);
        foreach (string name in names)
        {
            ulong size = name.StartsWith(Prefix, StringComparison.Ordinal) ? StatsMembers.Number(name[Prefix.Length..]) : 0;
            if (size > 0) sizes.Add(size >= Mebi ? $"{size / Mebi}GB" : size >= Kibi ? $"{size / Kibi}MB" : $"{size}KB");
        }
        sizes.Sort(StringComparer.Ordinal);
        return sizes;
    }
}
