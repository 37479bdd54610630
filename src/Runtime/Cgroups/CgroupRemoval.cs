// SPDX-License-Identifier: Apache-2.0
// cgroups(7), "Destroying cgroups and removing controllers"
using System;
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Cgroups;

/// <summary>Removing a directory of the container, with the cgroups that the container made below it.</summary>
internal static class CgroupRemoval
{
    // Milliseconds.
    private const int LongestWait = 100, Patience = 10_000, Moment = 3;

    /// <summary>Waits up to ten seconds for the last processes to end. A directory that is gone is not an error.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="path">Of the directory in it.</param>
    /// <param name="occupied">Called if processes are still in it after a moment, with their pids.</param>
    /// <exception cref="RuncsException">A process is still in it.</exception>
    public static void Remove(CgroupTree tree, string path, Action<IReadOnlyList<int>>? occupied = null)
    {
        for (int waited = 0, wait = 1; ; waited += wait, wait = Math.Min(wait * 2, LongestWait))
        {
            Errno errno = tree.TryRemoveAll(path);
            // On a read-only mount rmdir(2) fails with EROFS also if there is no such directory.
            if (!errno.IsError || (CgroupTree.IsDenied(errno) && !tree.Exists(path))) return;
            if (errno.Value != Errno.EBUSY || waited >= Patience)
                throw new RuncsException($"unable to remove the container's cgroup: {errno.Describe("rmdir", path)}{Remaining(tree.Processes(path))}") { Errno = errno };
            if (waited >= Moment && occupied != null && tree.Processes(path) is { Count: > 0 } processes) occupied(processes);
            Clock.Sleep(wait);
        }
    }

    private static string Remaining(List<int> processes) => processes.Count == 0 ? "" : $": still in it: {string.Join(", ", processes)}";
}
