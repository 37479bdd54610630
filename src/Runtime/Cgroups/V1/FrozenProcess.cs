// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst
using System;
using System.Text;
using Runcs.Native;

namespace Runcs.Cgroups.V1;

/// <summary>
/// Why a process does not end on SIGKILL: the freezer of cgroup v1 holds it. The first process of a pid namespace also waits for the
/// others in it (pid_namespaces(7)), whose parent it becomes.
/// </summary>
internal static class FrozenProcess
{
    private const string Controller = "freezer", State = "freezer.state", OwnState = "freezer.self_freezing", Thawed = "THAWED";

    /// <summary>A frozen cgroup that holds the process or one of its children.</summary>
    /// <param name="freezer">The container's place in the freezer's hierarchy.</param>
    /// <param name="pid">The process.</param>
    /// <param name="held">The process that is in the cgroup.</param>
    /// <returns>The path of the cgroup in its hierarchy; null if there is none.</returns>
    /// <exception cref="RuncsException">It is unknown.</exception>
    public static string? Find(CgroupPlace freezer, int pid, out int held)
    {
        held = pid;
        if (FindOf(freezer, pid) is { } own) return own;
        // Empty on a kernel without it (CONFIG_PROC_CHILDREN).
        foreach (string child in Read($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (int.TryParse(child, out held) && FindOf(freezer, held) is { } path) return path;
        }
        return null;
    }

    private static string? FindOf(CgroupPlace freezer, int pid)
    {
        foreach (string line in Read($"/proc/{pid}/cgroup").Split('\n'))
        {
            string[] parts = line.Split(':', 3);
            if (parts.Length == 3 && Array.IndexOf(parts[1].Split(','), Controller) >= 0) return FindFrozen(freezer.MountPoint, parts[2]);
        }
        return null;
    }

    // The cgroup itself, or the one above it that is frozen.
    private static string? FindFrozen(string mountPoint, string path)
    {
        if (path == "/" || Read($"{mountPoint}{path}/{State}").Trim() is "" or Thawed) return null;
        while (CgroupPaths.Parent(path) != "/" && Read($"{mountPoint}{path}/{OwnState}").Trim() == "0") path = CgroupPaths.Parent(path);
        return path;
    }

    // "" for a process or a cgroup that is gone meanwhile.
    private static string Read(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(Files.ReadFile(path));
        }
        catch (RuncsException e) when (e.Errno.Value is Errno.ESRCH || CgroupTree.IsGone(e.Errno))
        {
            return "";
        }
    }
}
