// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;
using Runcs.Native.Arch;
using Tmds.Linux;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Native;

/// <summary>
/// Making, renaming and removing directory entries: mkdir(2), mknod(2), symlink(2), rename(2), unlink(2), chmod(2),
/// chown(2), flock(2).
/// </summary>
public static unsafe partial class FileNodes
{
    /// <summary>The kernel's dev_t as mknod(2) takes it (makedev(3)).</summary>
    public static ulong MakeDevice(uint major, uint minor) =>
        ((ulong)(major & 0xfffff000) << 32) | ((ulong)(major & 0xfff) << 8) | ((ulong)(minor & 0xffffff00) << 12) | (minor & 0xff);

    public static Errno TryMkdirAt(int dir, string path, int mode) => mkdirat(dir, path, (uint)mode) < 0 ? Errno.Last : Errno.None;

    /// <param name="mode">The S_IF* type and the permissions, before the umask.</param>
    public static Errno TryMknodAt(int dir, string path, uint mode, ulong device) =>
        mknodat(dir, path, mode, device) < 0 ? Errno.Last : Errno.None;

    public static Errno TrySymlinkAt(string target, int dir, string path) => symlinkat(target, dir, path) < 0 ? Errno.Last : Errno.None;

    /// <summary>unlink(2), or rmdir(2) with AT_REMOVEDIR in <paramref name="flags"/>.</summary>
    public static Errno TryUnlinkAt(int dir, string path, AtFlags flags = 0) => unlinkat(dir, path, flags) < 0 ? Errno.Last : Errno.None;

    public static Errno TryRenameAt(int oldDir, string oldPath, int newDir, string newPath) =>
        renameat(oldDir, oldPath, newDir, newPath) < 0 ? Errno.Last : Errno.None;

    /// <summary>Changes the owner of an open file, including an O_PATH one; -1 keeps an id.</summary>
    public static Errno TryChown(int fd, long uid, long gid) =>
        fchownat(fd, "", unchecked((uint)uid), unchecked((uint)gid), AtFlags.AT_EMPTY_PATH) < 0 ? Errno.Last : Errno.None;

    /// <summary>chmod(2) of an open file; an O_PATH one is changed through /proc/self/fd.</summary>
    public static Errno TryChmod(int fd, int mode)
    {
        if (fchmod(fd, (uint)mode) == 0) return Errno.None;
        Errno errno = Errno.Last;
        if (errno.Value != Errno.EBADF) return errno;
        return TryChmod($"/proc/self/fd/{fd}", mode);
    }

    /// <summary>chmod(2) of a path; a symbolic link at its end is followed.</summary>
    public static Errno TryChmod(string path, int mode) => chmod(path, (uint)mode) < 0 ? Errno.Last : Errno.None;

    /// <summary>Sets an extended attribute of a path (setxattr(2)).</summary>
    public static Errno TrySetAttribute(string path, string name, string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        fixed (byte* p = bytes) return setxattr(path, name, p, (nuint)bytes.Length, 0) < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>The value of an extended attribute of a path (getxattr(2)); empty without one, or if it is longer than the buffer.</summary>
    public static ReadOnlySpan<byte> ReadAttribute(string path, string name, Span<byte> buffer)
    {
        nint length;
        fixed (byte* p = buffer) length = getxattr(path, name, p, (nuint)buffer.Length);
        return length <= 0 ? [] : buffer[..(int)length];
    }

    public static Errno TryFlock(int fd, FlockOperations operation)
    {
        int result;
        do result = flock(fd, operation); while (result < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        return result < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>The target of a symbolic link (readlink(2)); null with the reason in <paramref name="errno"/>.</summary>
    public static string? TryReadLinkAt(int dir, string path, out Errno errno)
    {
        const int PathMax = 4096;
        byte* buffer = stackalloc byte[PathMax];
        nint length = readlinkat(dir, path, buffer, PathMax);
        errno = length < 0 ? Errno.Last : Errno.None;
        return length < 0 ? null : Encoding.UTF8.GetString(buffer, (int)length);
    }

    /// <summary>The names in an open directory, without <c>.</c> and <c>..</c>, in the kernel's order (getdents64(2)).</summary>
    /// <exception cref="RuncsException"/>
    public static List<string> List(int directory, string operand) => List(directory, operand, directoriesOnly: false);

    /// <summary>
    /// Like <see cref="List(int, string)"/>, only the directories, on a file system whose getdents64(2) returns types
    /// (cgroup, proc, tmpfs, ext4).
    /// </summary>
    /// <exception cref="RuncsException"/>
    public static List<string> ListDirectories(int directory, string operand) => List(directory, operand, directoriesOnly: true);

    private static List<string> List(int directory, string operand, bool directoriesOnly)
    {
        const int NameOffset = 19, TypeOffset = 18, LengthOffset = 16, BufferSize = 4096;
        const byte DT_DIR = 4;
        var names = new List<string>();
        var buffer = new byte[BufferSize];
        fixed (byte* p = buffer)
        {
            while (true)
            {
                nint count = syscall_getdents64(SYS_getdents64, directory, p, BufferSize);
                if (count < 0) throw Errno.Last.Failure("getdents64", operand);
                if (count == 0) return names;
                for (int at = 0; at < count; at += *(ushort*)(p + at + LengthOffset))
                {
                    if (directoriesOnly && p[at + TypeOffset] != DT_DIR) continue;
                    string name = Marshal.PtrToStringUTF8((nint)(p + at + NameOffset))!;
                    if (name is not ("." or "..")) names.Add(name);
                }
            }
        }
    }

    public static uint Umask(uint mask) => umask(mask);

    private static int mkdirat(int dirfd, string path, uint mode)
    {
        using var text = new CString(path, stackalloc byte[CString.Size]);
        return LibC.mkdirat(dirfd, text, (ushort)mode);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mknodat(int dirfd, string path, uint mode, ulong device);

    private static int symlinkat(string target, int dirfd, string path)
    {
        using var content = new CString(target, stackalloc byte[CString.Size]);
        using var text = new CString(path, stackalloc byte[CString.Size]);
        return LibC.symlinkat(content, dirfd, text);
    }

    private static int unlinkat(int dirfd, string path, AtFlags flags)
    {
        using var text = new CString(path, stackalloc byte[CString.Size]);
        return LibC.unlinkat(dirfd, text, (int)flags);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat(int olddirfd, string oldpath, int newdirfd, string newpath);

    private static int fchownat(int dirfd, string path, uint uid, uint gid, AtFlags flags)
    {
        using var text = new CString(path, stackalloc byte[CString.Size]);
        return LibC.fchownat(dirfd, text, uid, gid, (int)flags);
    }

    private static int fchmod(int fd, uint mode) => LibC.fchmod(fd, (ushort)mode);

    private static int chmod(string path, uint mode)
    {
        using var text = new CString(path, stackalloc byte[CString.Size]);
        return LibC.chmod(text, (ushort)mode);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setxattr(string path, string name, byte* value, nuint size, int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getxattr(string path, string name, byte* value, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(int fd, FlockOperations operation);

    private static nint readlinkat(int dirfd, string path, byte* buffer, int size)
    {
        using var text = new CString(path, stackalloc byte[CString.Size]);
        return (nint)(long)LibC.readlinkat(dirfd, text, buffer, size);
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint syscall_getdents64(SystemCall nr, long fd, byte* buffer, nuint count);

    private static uint umask(uint mask) => (uint)(ushort)LibC.umask((ushort)mask);
}
