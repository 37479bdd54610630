// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;
using Runcs.Native.Arch;
using static Runcs.Native.Arch.SystemCall;
using static Runcs.Native.FsConfigCommand;
using static Runcs.Native.MoveMountFlags;
using static Runcs.Native.OpenTreeFlags;
using static Runcs.Native.Syscall;

namespace Runcs.Native;

/// <summary>The mount calls that work on descriptors (Linux 5.2; mount_setattr 5.12): fsopen, fsconfig, fsmount, open_tree, move_mount.</summary>
public static unsafe partial class MountApi
{
    /// <summary>The longest key or value of fsconfig(2), in bytes (fs/fsopen.c: 256 with the terminating null).</summary>
    public const int LongestFsParameter = 255;

    /// <summary><c>struct mount_attr</c> of mount_setattr(2).</summary>
    public struct mount_attr
    {
        public MountAttributeFlags attr_set, attr_clr;
        public MountFlags propagation;
        public ulong userns_fd;
    }

    public static Errno TryFsOpen(string type, out Fd? context)
    {
        LegacyMounts.Begin(type);
        context = null;
        Errno errno = LegacyMounts.MakesFileSystems ? Errno.None : Take(syscall_string(SYS_fsopen, type, 1 /* FSOPEN_CLOEXEC */, 0), out context);
        // The descriptor is then only a placeholder for a context.
        return LegacyMounts.MakesFileSystems || LegacyMounts.ReplaceFileSystems(errno, SYS_fsopen)
            ? Files.TryOpenAt(Files.AT_FDCWD, "/", OpenFlags.O_PATH, 0, out context)
            : errno;
    }

    /// <summary>Sets one parameter: a flag if <paramref name="value"/> is null, else a string.</summary>
    public static Errno TryFsConfig(int context, string key, string? value)
    {
        LegacyMounts.Add(key, value);
        return Configure(context, value is null ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING, key, value, 0);
    }

    /// <summary>
    /// Sets a parameter that is a descriptor. EINVAL if the calls are refused, as from a file system without this
    /// parameter.
    /// </summary>
    public static Errno TryFsConfigFd(int context, string key, int fd)
    {
        Errno errno = Configure(context, FSCONFIG_SET_FD, key, null, fd);
        return LegacyMounts.MakesFileSystems ? new Errno(Errno.EINVAL) : errno;
    }

    /// <summary>FSCONFIG_CMD_*.</summary>
    public static Errno TryFsCommand(int context, FsConfigCommand command) => Configure(context, command, null, null, 0);

    /// <summary>The file system's message about a failure (read from the context descriptor), or null if there is none.</summary>
    public static string? ReadFsMessage(int context)
    {
        System.Span<byte> buffer = stackalloc byte[512];
        // Each message begins with a one-letter level and a space: "e ext4: unknown parameter".
        return !Files.TryRead(context, buffer, out int count).IsError && count > 2
            ? Encoding.UTF8.GetString(buffer[2..count]).TrimEnd('\n')
            : null;
    }

    /// <param name="attributes">MOUNT_ATTR_* flags.</param>
    public static Errno TryFsMount(int context, MountAttributeFlags attributes, out Fd? mount)
    {
        mount = null;
        Errno errno = LegacyMounts.MakesFileSystems ? Errno.None
            : Take(syscall(SYS_fsmount, context, 1 /* FSMOUNT_CLOEXEC */, (nint)attributes, 0, 0), out mount);
        return LegacyMounts.MakesFileSystems || LegacyMounts.ReplaceFileSystems(errno, SYS_fsmount)
            ? LegacyMounts.TryMakeFileSystem(attributes, out mount)
            : errno;
    }

    /// <summary>
    /// open_tree(2); OPEN_TREE_CLONE makes a detached copy of the mount at the path (with AT_RECURSIVE, of the tree).
    /// </summary>
    public static Errno TryOpenTree(int dir, string path, OpenTreeFlags flags, out Fd? tree)
    {
        tree = null;
        Errno errno = LegacyMounts.CopiesTrees ? Errno.None
            : Take(syscall_at(SYS_open_tree, dir, path, (nint)(flags | OPEN_TREE_CLOEXEC), 0, 0), out tree);
        return LegacyMounts.CopiesTrees || LegacyMounts.ReplaceTrees(errno, SYS_open_tree)
            ? LegacyMounts.TryCopy(dir, path, flags, out tree)
            : errno;
    }

    /// <summary>Attaches a detached mount to an open file or directory.</summary>
    public static Errno TryMoveMount(int mount, int target)
    {
        Errno errno = LegacyMounts.Moves ? Errno.None
            : Answer(syscall_move_mount(SYS_move_mount, mount, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
        return LegacyMounts.Moves || LegacyMounts.ReplaceMoves(errno, SYS_move_mount) ? LegacyMounts.TryMove(mount, target) : errno;
    }

    /// <summary>
    /// Attaches a detached mount to a path below <paramref name="dir"/>; a symbolic link at its end is not followed.
    /// </summary>
    public static Errno TryMoveMount(int mount, int dir, string path)
    {
        Errno errno = LegacyMounts.Moves ? Errno.None : Answer(syscall_move_mount(SYS_move_mount, mount, "", dir, path, MOVE_MOUNT_F_EMPTY_PATH));
        return LegacyMounts.Moves || LegacyMounts.ReplaceMoves(errno, SYS_move_mount) ? LegacyMounts.TryMove(mount, dir, path) : errno;
    }

    /// <summary>
    /// mount_setattr(2) on the mount whose root is <paramref name="fd"/>; AT_RECURSIVE in <paramref name="flags"/> for
    /// the tree.
    /// </summary>
    public static Errno TryMountSetattr(int fd, AtFlags flags, mount_attr attributes) =>
        Answer(syscall_at(SYS_mount_setattr, fd, "", (nint)(flags | AtFlags.AT_EMPTY_PATH), (nint)(&attributes), sizeof(mount_attr)));

    /// <summary>Whether this process's mount namespace has more mounts than a number (listmount(2), Linux 6.8); false if that is unknown.</summary>
    public static bool HasMoreMounts(int number)
    {
        const ulong LSMT_ROOT = ulong.MaxValue;
        // struct mnt_id_req, MNT_ID_REQ_SIZE_VER0: its size, the mount, and after which to begin.
        ulong* request = stackalloc ulong[] { 24, LSMT_ROOT, 0 }, ids = stackalloc ulong[number + 1];
        return syscall(SYS_listmount, (nint)request, (nint)ids, number + 1, 0, 0) > number;
    }

    private static Errno Configure(int context, FsConfigCommand command, string? key, string? value, int aux)
    {
        if (LegacyMounts.MakesFileSystems) return Errno.None;
        Errno errno = Answer(syscall_fsconfig(SYS_fsconfig, context, command, key, value, aux));
        return LegacyMounts.ReplaceFileSystems(errno, SYS_fsconfig) ? Errno.None : errno;
    }

    private static Errno Answer(nint result) => result < 0 ? Errno.Last : Errno.None;

    private static Errno Take(nint result, out Fd? fd)
    {
        fd = result < 0 ? null : new Fd((int)result);
        return result < 0 ? Errno.Last : Errno.None;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint syscall_string(SystemCall nr, string a, long b, long c);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint syscall_at(SystemCall nr, long dirfd, string path, long c, long d, long e);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint syscall_fsconfig(SystemCall nr, long context, FsConfigCommand command, string? key, string? value, long aux);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint syscall_move_mount(SystemCall nr, long from, string fromPath, long to, string toPath, MoveMountFlags flags);
}
