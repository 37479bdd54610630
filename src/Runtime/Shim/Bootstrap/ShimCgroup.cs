// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Shim.Bootstrap;

/// <summary>The cgroup that containerd's configuration names for shims.</summary>
internal static class ShimCgroup
{
    private const string Mount = "/sys/fs/cgroup";

    /// <summary>Joins it in every hierarchy that has it; it must exist.</summary>
    /// <param name="path">Below the hierarchies' roots.</param>
    /// <exception cref="RuncsException">No hierarchy has it.</exception>
    public static void Join(string path)
    {
        string relative = path.Trim('/');
        if (!Files.TryWriteValueAt(Files.AT_FDCWD, $"{Mount}/{relative}/cgroup.procs", "0").IsError) return;
        bool joined = false;
        using (Fd directory = Files.Open(Mount, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY))
        {
            foreach (string hierarchy in FileNodes.ListDirectories(directory.Value, Mount))
                joined |= !Files.TryWriteValueAt(directory.Value, $"{hierarchy}/{relative}/cgroup.procs", "0").IsError;
        }
        if (!joined) throw RuncsException.At("ShimCgroup", $"there is no cgroup {path}");
    }
}
