// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Cgroups;

/// <summary>
/// A container's first process, whose cgroup a further process joins in a hierarchy where the container's own takes none: the
/// container has enabled controllers below it (cgroup-v2.rst, "No Internal Process Constraint"), or it was removed after the first
/// process had been moved out.
/// </summary>
/// <param name="pid">Of the process.</param>
/// <param name="process">A pidfd of it.</param>
public sealed class CgroupLeader(int pid, Fd process)
{
    /// <summary>A cgroup takes no process: it is gone, or has controllers below it, or is in a threaded subtree.</summary>
    public static bool IsClosed(Errno errno) => CgroupTree.IsGone(errno) || errno.Value is Errno.EBUSY or Errno.EOPNOTSUPP;

    /// <summary>Opens the cgroup that the process is in.</summary>
    /// <param name="place">The container's own in the same hierarchy.</param>
    /// <param name="directory">Null if the process has ended, or its cgroup is outside of what is mounted here.</param>
    public Errno TryOpen(CgroupPlace place, out Fd? directory)
    {
        directory = null;
        Errno errno = TryFind(place, out string path);
        if (!errno.IsError) errno = Files.TryOpenAt(Files.AT_FDCWD, place.MountPoint + path, O_RDONLY | O_DIRECTORY, 0, out directory);
        return errno;
    }

    /// <summary>The path of the cgroup that the process is in; ESRCH if it has ended.</summary>
    internal Errno TryFind(CgroupPlace place, out string path)
    {
        path = "";
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, string.Concat("/proc/", pid.ToString(), "/cgroup"), O_RDONLY, 0, out Fd? file);
        if (errno.IsError) return errno;
        string text;
        using (file) text = Encoding.UTF8.GetString(Files.ReadToEnd(file!.Value, "cgroup"));
        // 4:memory:/path, and 0::/path of the v2 hierarchy.
        string name = place.IsUnified ? "" : place.Name;
        foreach (string line in text.Split('\n'))
        {
            string[] parts = line.Split(':', 3);
            if (parts.Length < 3 || parts[1] != name) continue;
            path = parts[2];
            // A cgroup outside our cgroup namespace's root shows as "/..", which the file system would resolve to its own root.
            if (path == "/.." || path.StartsWith("/../", StringComparison.Ordinal)) break;
            // The process was looked up by its pid.
            return ProcessDescriptors.HasEnded(process) ? new Errno(Errno.ESRCH) : Errno.None;
        }
        return new Errno(Errno.ENOENT);
    }
}
