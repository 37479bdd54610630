// SPDX-License-Identifier: Apache-2.0
// cgroups(7), "Cgroups delegation"; config-linux.md, "Cgroup ownership"
using System;
using Runcs.Native;

namespace Runcs.Cgroups.V2;

/// <summary>Delegates a cgroup to a user: its directory, and the files that move processes, but none with limits.</summary>
internal static class Ownership
{
    private const string Field = "process.user.uid", List = "/sys/kernel/cgroup/delegate";

    /// <exception cref="RuncsException"/>
    public static void Give(CgroupDirectory cgroup, uint owner)
    {
        Give(cgroup, ".", owner);
        foreach (string file in Delegated()) Give(cgroup, file, owner);
    }

    // Before Linux 4.15 there is no list: the files that the specification names.
    private static string[] Delegated()
    {
        if (Files.TryOpenAt(Files.AT_FDCWD, List, OpenFlags.O_RDONLY, 0, out Fd? fd).IsError)
            return ["cgroup.procs", "cgroup.subtree_control", "cgroup.threads"];
        using (fd) return System.Text.Encoding.UTF8.GetString(Files.ReadToEnd(fd!.Value, List)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    // Not every file of the list is in every cgroup.
    private static void Give(CgroupDirectory cgroup, string file, uint owner)
    {
        Errno errno = cgroup.TryOpen(file, OpenFlags.O_PATH, out Fd? fd);
        if (errno.Value == Errno.ENOENT) return;
        errno.OrThrow(Field, "openat", $"{cgroup.Place.HostPath}/{file}");
        using (fd)
        {
            errno = FileNodes.TryChown(fd!.Value, owner, -1);
            errno.OrThrow(Field, "fchownat", $"{cgroup.Place.HostPath}/{file}");
        }
    }
}
