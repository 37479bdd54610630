// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Native;

/// <summary>user_namespaces(7): facts about the user namespace of a process.</summary>
public static class UserNamespaces
{
    // linux/nsfs.h, enum init_ns_ino: the inode of the initial user namespace, the same on every kernel since Linux 3.8.
    private const ulong USER_NS_INIT_INO = 0xEFFFFFFD;

    /// <summary>
    /// Whether this process is in the initial user namespace; true if the kernel has no user namespaces.
    /// </summary>
    public static bool IsInitial() =>
        FileStatus.TryAt(Files.AT_FDCWD, "/proc/self/ns/user", 0, out FileStatus status).IsError || status.Inode == USER_NS_INIT_INO;

    /// <summary>Whether setgroups(2) is denied in the user namespace of a process; false if it has ended.</summary>
    /// <param name="process">Its pid, or "self".</param>
    public static bool DeniesGroups(string process)
    {
        try
        {
            return Files.ReadTextAt(Files.AT_FDCWD, string.Concat("/proc/", process, "/setgroups")).StartsWith("deny", System.StringComparison.Ordinal);
        }
        catch (RuncsException)
        {
            return false;
        }
    }
}
