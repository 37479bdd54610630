// SPDX-License-Identifier: Apache-2.0
using Tmds.Linux;

namespace Runcs.Native;

/// <summary>The result of statx(2).</summary>
public readonly unsafe struct FileStatus
{
    public const uint S_IFMT = 0xF000, S_IFIFO = 0x1000, S_IFCHR = 0x2000, S_IFDIR = 0x4000, S_IFBLK = 0x6000, S_IFREG = 0x8000,
        S_IFLNK = 0xA000, S_IFSOCK = 0xC000;
    private const uint STATX_BASIC_STATS = 0x7ff, STATX_MNT_ID = 0x1000;
    private const ulong STATX_ATTR_MOUNT_ROOT = 0x2000;

    // offsetof(struct statx, stx_mnt_id); in Tmds.LibC's structure it is in the reserved space at the end.
    private const int OffsetOfMountId = 144;

    /// <summary>Type and permission bits, as in inode(7).</summary>
    public uint Mode { get; private init; }
    public uint Uid { get; private init; }
    public uint Gid { get; private init; }
    public uint Links { get; private init; }
    public ulong Inode { get; private init; }
    public ulong Size { get; private init; }

    /// <summary>The mount through which the file was reached, as numbered in mountinfo (Linux 5.8).</summary>
    public ulong MountId { get; private init; }

    /// <summary>The file is the root of that mount (Linux 5.8).</summary>
    public bool IsMountRoot { get; private init; }

    /// <summary>The device that holds the file.</summary>
    public (uint Major, uint Minor) Device { get; private init; }

    /// <summary>The device that a device node refers to.</summary>
    public (uint Major, uint Minor) Node { get; private init; }

    public uint Type => Mode & S_IFMT;
    public uint Permissions => Mode & 0xFFF;
    public bool IsDirectory => Type == S_IFDIR;
    public bool IsSymlink => Type == S_IFLNK;
    public bool IsRegular => Type == S_IFREG;
    public bool IsSocket => Type == S_IFSOCK;

    public bool IsSameFileAs(FileStatus other) => Inode == other.Inode && Device == other.Device;

    /// <summary>The status of an open file, including an O_PATH one.</summary>
    /// <exception cref="RuncsException"/>
    public static FileStatus Of(Fd fd) => Of(fd.Value);

    /// <inheritdoc cref="Of(Fd)"/>
    public static FileStatus Of(int fd)
    {
        Errno errno = TryAt(fd, "", AtFlags.AT_EMPTY_PATH, out FileStatus status);
        errno.OrThrow("statx", $"descriptor {fd}");
        return status;
    }

    /// <summary>The status of a path; pass AT_SYMLINK_NOFOLLOW in <paramref name="flags"/> for the link itself.</summary>
    public static Errno TryAt(int dir, string path, AtFlags flags, out FileStatus status)
    {
        using var text = new CString(path, stackalloc byte[CString.Size]);
        statx buffer;
        if (LibC.statx(dir, text, (int)flags, STATX_BASIC_STATS | STATX_MNT_ID, &buffer) < 0)
        {
            status = default;
            return Errno.Last;
        }
        status = new FileStatus
        {
            Mode = buffer.stx_mode,
            Uid = buffer.stx_uid,
            Gid = buffer.stx_gid,
            Links = buffer.stx_nlink,
            Inode = buffer.stx_ino,
            Size = buffer.stx_size,
            MountId = *(ulong*)((byte*)&buffer + OffsetOfMountId),
            IsMountRoot = (buffer.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0,
            Device = (buffer.stx_dev_major, buffer.stx_dev_minor),
            Node = (buffer.stx_rdev_major, buffer.stx_rdev_minor),
        };
        return Errno.None;
    }

    /// <summary>There is a file at the path.</summary>
    /// <exception cref="RuncsException">It is unknown: only ENOENT and ENOTDIR mean that there is none.</exception>
    public static bool Exists(int dir, string path)
    {
        Errno errno = TryAt(dir, path, 0, out _);
        if (errno.Value is Errno.ENOENT or Errno.ENOTDIR) return false;
        errno.OrThrow("statx", path);
        return true;
    }
}
