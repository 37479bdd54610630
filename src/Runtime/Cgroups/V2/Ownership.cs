// SPDX-License-Identifier: Apache-2.0
// cgroups(7), "Cgroups delegation"; config-linux.md, "Cgroup ownership"
using System;
using Runcs.Native;

namespace Runcs.Cgroups.V2;

/// <summary>
/// Delegates a cgroup to a user: its directory, and the files that move processes, but none with limits. A caller that may not
/// change owners leaves it its own.
/// </summary>
internal static class Ownership
{
    private const string Field = "process.user.uid", List = "/sys/kernel/cgroup/delegate";

    /// <exception cref="RuncsException"/>
    public static void Give(CgroupDirectory cgroup, uint owner)
    {
        if (!TryGive(cgroup, ".", owner)) return;
        foreach (string file in Delegated()) TryGive(cgroup, file, owner);
    }

    // Before Linux 4.15 there is no list: the files that the specification names.
    private static string[] Delegated()
    {
        if (Files.TryOpenAt(Files.AT_FDCWD, List, OpenFlags.O_RDONLY, 0, out Fd? fd).IsError)
            return ["cgroup.procs", "cgroup.subtree_control", "cgroup.threads"];
        using (fd) return System.Text.Encoding.UTF8.GetString(Files.ReadToEnd(fd!.Value, List)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    // Not every file of the list is in every cgroup.
    private static bool TryGive(CgroupDirectory cgroup, string file, uint owner)
    {
        Errno errno = cgroup.TryOpen(file, OpenFlags.O_PATH, out Fd? fd);
        if (errno.Value == Errno.ENOENT) return true;
        errno.OrThrow(Field, "openat", $"{cgroup.Place.HostPath}/{file}");
        using (fd)
        {
            errno = FileNodes.TryChown(fd!.Value, owner, -1);
            if (errno.Value == Errno.EPERM && Processes.EffectiveUid() != 0) return false;
            errno.OrThrow(Field, "fchownat", $"{cgroup.Place.HostPath}/{file}");
            return true;
        }
    }
}
