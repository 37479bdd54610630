// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Rootfs;

/// <summary>
/// The option <c>tmpcopyup</c>: copies the content of the mount point into a new tmpfs, which is still detached. Links
/// are copied as links and no name is followed.
/// </summary>
internal static class CopyUp
{
    private const int DeepestDirectory = 256;

    /// <param name="from">The mount point (O_PATH).</param>
    /// <param name="to">The detached tmpfs.</param>
    public static void Copy(Fd from, Fd to)
    {
        try
        {
            var buffer = new byte[65536];
            using var place = new CopyPlace(Files.OpenAt(from.Value, ".", CopyPlace.Flags), Files.OpenAt(to.Value, ".", CopyPlace.Flags));
            CopyDirectory(place, ".", buffer, 0);
        }
        catch (RuncsException failure) when (failure.LacksJsonPath)
        {
            throw failure.On($"tmpcopyup {failure.Operand}");
        }
    }

    private static void CopyDirectory(CopyPlace place, string name, byte[] buffer, int depth)
    {
        if (depth > DeepestDirectory) throw new Errno(Errno.ENAMETOOLONG).Failure("openat", name);
        foreach (string entry in FileNodes.List(place.From.Value, name)) CopyEntry(place, entry, buffer, depth);
    }

    private static void CopyEntry(CopyPlace place, string name, byte[] buffer, int depth)
    {
        (int from, int to) = (place.From.Value, place.To.Value);
        if (FileStatus.TryAt(from, name, AtFlags.AT_SYMLINK_NOFOLLOW, out FileStatus status).IsError) return;
        switch (status.Type)
        {
            case FileStatus.S_IFDIR:
                Check(FileNodes.TryMkdirAt(to, name, 0x1C0 /* 0700 */), "mkdirat", name);
                (FileStatus, FileStatus) above = place.Enter(name);
                CopyDirectory(place, name, buffer, depth + 1);
                CopyOwnership(place.To, status, name);
                place.Leave(above, name);
                break;
            case FileStatus.S_IFREG:
                using (Fd source = Files.OpenAt(from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK))
                using (Fd copy = Files.OpenAt(to, name, O_WRONLY | O_CREAT | O_EXCL, 0x180 /* 0600 */))
                {
                    CopyContent(source.Value, copy.Value, buffer, name);
                    CopyOwnership(copy, status, name);
                }
                break;
            case FileStatus.S_IFLNK:
                string target = FileNodes.TryReadLinkAt(from, name, out Errno errno) ?? throw errno.Failure("readlinkat", name);
                Check(FileNodes.TrySymlinkAt(target, to, name), "symlinkat", name);
                break;
            default:
                // Sockets, fifos and devices: the node, not its content.
                ulong device = FileNodes.MakeDevice(status.Node.Major, status.Node.Minor);
                Check(FileNodes.TryMknodAt(to, name, status.Mode, device), "mknodat", name);
                break;
        }
    }

    private static void CopyContent(int from, int to, byte[] buffer, string name)
    {
        while (true)
        {
            Check(Files.TryRead(from, buffer, out int count), "read", name);
            if (count == 0) return;
            Files.WriteAll(to, buffer.AsSpan(0, count), name);
        }
    }

    // The owner first: chown(2) clears the set-id bits.
    private static void CopyOwnership(Fd copy, FileStatus status, string name)
    {
        Check(FileNodes.TryChown(copy.Value, status.Uid, status.Gid), "fchownat", name);
        Check(FileNodes.TryChmod(copy.Value, (int)status.Permissions), "fchmod", name);
    }

    private static void Check(Errno errno, string call, string operand)
    {
        errno.OrThrow(call, operand);
    }
}
