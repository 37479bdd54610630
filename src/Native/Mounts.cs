// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Runcs.Native.Arch;
using Tmds.Linux;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Native;

/// <summary>mount(2), umount2(2), pivot_root(2), chroot(2), statfs(2): calls that take paths or the working directory.</summary>
public static unsafe partial class Mounts
{
    /// <summary>Magic numbers of statfs(2).</summary>
    public const long PROC_SUPER_MAGIC = 0x9fa0, TMPFS_MAGIC = 0x01021994,
        CGROUP2_SUPER_MAGIC = 0x63677270, DEVPTS_SUPER_MAGIC = 0x1cd1, NSFS_MAGIC = 0x6e736673;

    public static Errno TryMount(string? source, string target, string? type, MountFlags flags, string? data) =>
        mount(source, target, type, flags, data) < 0 ? Errno.Last : Errno.None;

    public static Errno TryUmount(string target, UmountFlags flags) => umount2(target, flags) < 0 ? Errno.Last : Errno.None;

    public static Errno TryPivotRoot(string newRoot, string putOld)
    {
        return syscall_pivot_root(SYS_pivot_root, newRoot, putOld) < 0 ? Errno.Last : Errno.None;
    }

    public static Errno TryChroot(string path) => chroot(path) < 0 ? Errno.Last : Errno.None;

    /// <summary>
    /// The file system's magic number and its mount flags (ST_*, with the values of MS_RDONLY to MS_NOEXEC,
    /// MS_NOATIME...).
    /// </summary>
    public static Errno TryStatfs(string path, out long type, out long flags)
    {
        statfs_t buffer;
        bool failed = statfs(path, &buffer) < 0;
        (type, flags) = failed ? (0, 0) : (buffer.f_type, buffer.f_flags);
        return failed ? Errno.Last : Errno.None;
    }

    /// <inheritdoc cref="TryStatfs(string, out long, out long)"/>
    public static Errno TryStatfs(int fd, out long type, out long flags)
    {
        statfs_t buffer;
        bool failed = fstatfs(fd, &buffer) < 0;
        (type, flags) = failed ? (0, 0) : (buffer.f_type, buffer.f_flags);
        return failed ? Errno.Last : Errno.None;
    }

    [StructLayout(LayoutKind.Explicit, Size = 120)]
    private struct statfs_t
    {
        [FieldOffset(0)] public long f_type;
        [FieldOffset(80)] public long f_flags;
    }

    private static int mount(string? source, string target, string? type, MountFlags flags, string? data)
    {
        using var from = new CString(source, stackalloc byte[CString.Size]);
        using var to = new CString(target, stackalloc byte[CString.Size]);
        using var kind = new CString(type, stackalloc byte[CString.Size]);
        using var parameters = new CString(data, stackalloc byte[CString.Size]);
        return LibC.mount(from, to, kind, (ulong_t)(ulong)flags, (byte*)parameters);
    }

    private static int umount2(string target, UmountFlags flags)
    {
        using var text = new CString(target, stackalloc byte[CString.Size]);
        return LibC.umount2(text, (int)flags);
    }

    private static int chroot(string path)
    {
        using var text = new CString(path, stackalloc byte[CString.Size]);
        return LibC.chroot(text);
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint syscall_pivot_root(SystemCall nr, string newRoot, string putOld);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statfs(string path, statfs_t* buffer);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fstatfs(int fd, statfs_t* buffer);
}
