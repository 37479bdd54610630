// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces.
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Namespaces;

/// <summary>The namespaces that a further process of a container must enter.</summary>
public static class EnteredNamespaces
{
    // The names of /proc/PID/ns, in the order of NamespaceKind.All.
    private static readonly string[] Files = ["user", "ipc", "uts", "net", "pid", "cgroup", "time", "mnt"];

    /// <summary>
    /// The kinds named in the config, and others in which its namespace differs from ours: the container's creator and
    /// the caller of <c>exec</c> may have been in different namespaces. A shared one is not entered, since that may
    /// require a privilege that we lack.
    /// </summary>
    /// <param name="named">The config's.</param>
    /// <param name="init">The container's first process.</param>
    /// <param name="mayEnterAll">
    /// The caller is privileged and in the initial user namespace: it enters a cgroup or time namespace without asking whether that is its
    /// own, which changes nothing then.
    /// </param>
    /// <returns>CLONE_NEW*.</returns>
    public static CloneFlags Find(LinuxNamespace[] named, int init, bool mayEnterAll)
    {
        CloneFlags flags = mayEnterAll ? CloneFlags.CLONE_NEWCGROUP | CloneFlags.CLONE_NEWTIME : 0;
        foreach (LinuxNamespace one in named)
            if (NamespaceKind.Find(one.Type) is { } kind)
                flags |= kind.Flag;
        string theirs = string.Concat("/proc/", init.ToString(), "/ns/");
        for (int i = 0; i < Files.Length; i++)
        {
            CloneFlags flag = NamespaceKind.All[i].Flag;
            if ((flags & flag) == 0 && IsElsewhere(theirs, Files[i])) flags |= flag;
        }
        return flags;
    }

    /// <summary>The maps of a process's user namespace.</summary>
    /// <exception cref="RuncsException"/>
    public static IdMaps ReadMaps(int init) => new(ReadMap(init, "uid_map"), ReadMap(init, "gid_map"));

    private static IdMap ReadMap(int init, string file) => IdMap.Parse(Native.Files.ReadTextAt(Native.Files.AT_FDCWD, string.Concat("/proc/", init.ToString(), "/", file)));

    private static bool IsElsewhere(string theirs, string file)
    {
        // ENOENT: a kernel without this kind.
        if (FileStatus.TryAt(Native.Files.AT_FDCWD, "/proc/self/ns/" + file, 0, out FileStatus ours).IsError) return false;
        Errno errno = FileStatus.TryAt(Native.Files.AT_FDCWD, theirs + file, 0, out FileStatus status);
        errno.OrThrow("statx", theirs + file);
        return !ours.IsSameFileAs(status);
    }
}
