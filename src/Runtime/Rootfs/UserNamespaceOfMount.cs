// SPDX-License-Identifier: Apache-2.0
// Run by the parent, or a helper of it, in the host's namespaces.
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Rootfs;

/// <summary>The user namespace whose mappings a mount gets.</summary>
internal static class UserNamespaceOfMount
{
    private const int Clone = 0, UidMap = 1, GidMap = 2, Open = 3;

    /// <summary>
    /// Opens or makes it. A namespace lives while a process is in it or a descriptor refers to it: a child makes it and waits
    /// for the end of a socket, while this process, which has the capabilities, writes its mappings (user_namespaces(7)).
    /// </summary>
    /// <returns>The failed step, for <see cref="Failure"/>.</returns>
    internal static (int Step, Errno Errno) TryMake(MountIdMapping mapping, out Fd? made)
    {
        made = null;
        if (mapping.NamespacePath.Length > 0) return (Open, Files.TryOpenAt(Files.AT_FDCWD, mapping.NamespacePath, O_RDONLY, 0, out made));
        try
        {
            using ChildProcess child = ChildProcess.Start(ChildProcess.Stay, flags: CloneFlags.CLONE_NEWUSER);
            Errno errno = ProcessFiles.TryWrite(child.Pid, "uid_map", mapping.Uids, out _, out _);
            if (errno.IsError) return (UidMap, errno);
            errno = ProcessFiles.TryWrite(child.Pid, "gid_map", mapping.Gids, out _, out _);
            if (errno.IsError) return (GidMap, errno);
            return (Open, Files.TryOpenAt(Files.AT_FDCWD, $"/proc/{child.Pid}/ns/user", O_RDONLY, 0, out made));
        }
        catch (RuncsException e)
        {
            return (Clone, e.Errno);
        }
    }

    internal static RuncsException Failure(MountIdMapping mapping, int step, Errno errno) => step switch
    {
        UidMap => errno.Failure($"{mapping.JsonPath}.uidMappings", "write", $"/proc/PID/uid_map: {OnOneLine(mapping.Uids)}"),
        GidMap => errno.Failure($"{mapping.JsonPath}.gidMappings", "write", $"/proc/PID/gid_map: {OnOneLine(mapping.Gids)}"),
        Open => errno.Failure(mapping.JsonPath, "openat", mapping.NamespacePath.Length > 0 ? mapping.NamespacePath : "/proc/PID/ns/user"),
        _ => errno.Failure(mapping.JsonPath, "clone3", "CLONE_NEWUSER"),
    };

    private static string OnOneLine(string lines) => lines.TrimEnd('\n').Replace('\n', ',');
}
