// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using static Runcs.Native.FsConfigCommand;
using static Runcs.Native.MountApi;
using static Runcs.Native.MountAttributeFlags;
using static Runcs.Native.OpenTreeFlags;

namespace Runcs.Rootfs;

public sealed partial class RootfsSetup
{
    // The sources of masks: the null device, and the first empty directory. Before Linux 6.15 only attached mounts can be
    // copied, so the latter is the first one attached.
    private Fd? _nullDevice, _emptyDirectory;

    private void RestrictPaths()
    {
        if (plan.ReadonlyPaths.Length + plan.MaskedPaths.Length == 0) return;
        using Fd? proc = OpenProcForRestriction();
        try
        {
            foreach (RestrictedPath path in plan.ReadonlyPaths) Restrict(path, proc, static (setup, directory, name, path) => setup.MakeReadonly(directory, name, path));
            foreach (RestrictedPath path in plan.MaskedPaths) Restrict(path, proc, static (setup, directory, name, _) => setup.Mask(directory, name));
        }
        finally
        {
            _nullDevice?.Dispose();
            _emptyDirectory?.Dispose();
        }
    }

    // Nearly all of these paths are in /proc. Its names come from the kernel, so if it is a real procfs they are used
    // below its descriptor directly, without an open for each.
    private Fd? OpenProcForRestriction()
    {
        if (Root.TryOpenPlain("/proc", OpenFlags.O_DIRECTORY, out Fd? proc).IsError) return null;
        if (!Mounts.TryStatfs(proc!.Value, out long type, out _).IsError && type == Mounts.PROC_SUPER_MAGIC) return proc;
        proc.Dispose();
        return null;
    }

    // Names in /proc that are links, or that lead to files chosen by a process, are excluded.
    private static bool IsKernelName(ReadOnlySpan<char> name) => name.Length > 0 && !char.IsAsciiDigit(name[0])
        && !name.StartsWith("self") && !name.StartsWith("thread-self") && !name.StartsWith("net") && !name.StartsWith("mounts");

    private void Restrict(RestrictedPath path, Fd? proc, Func<RootfsSetup, Fd, string, string, Errno> apply)
    {
        const string Proc = "/proc/";
        try
        {
            Errno errno;
            if (proc != null && path.Path.StartsWith(Proc, StringComparison.Ordinal) && !ContainerPath.HasParents(path.Path) && IsKernelName(path.Path.AsSpan(Proc.Length)))
            {
                errno = apply(this, proc, path.Path[Proc.Length..], path.Path);
            }
            else
            {
                errno = Root.TryOpen(path.Path, 0, out Fd? target);
                if (errno.IsError) ThrowUnlessMissing(errno, "openat2", path.Path);
                else using (target) errno = apply(this, target!, "", path.Path);
            }
            ThrowUnlessMissing(errno, "move_mount", path.Path);
        }
        catch (RuncsException failure) when (failure.LacksJsonPath)
        {
            throw failure.At(path.JsonPath);
        }
    }

    // Not every kernel has every path, and a mask over a directory hides the paths below.
    private static void ThrowUnlessMissing(Errno errno, string call, string path)
    {
        if (errno.IsError && errno.Value is not (Errno.ENOENT or Errno.ENOTDIR)) throw errno.Failure(call, path);
    }

    // A copy of the mount with the same flags plus RDONLY, attached over the path.
    private Errno MakeReadonly(Fd directory, string name, string path)
    {
        OpenTreeFlags follow = name.Length == 0 ? OpenTreeFlags.AT_EMPTY_PATH : OpenTreeFlags.AT_SYMLINK_NOFOLLOW;
        Errno errno = TryOpenTree(directory.Value, name, OPEN_TREE_CLONE | OpenTreeFlags.AT_RECURSIVE | follow, out Fd? tree);
        ThrowUnlessMissing(errno, "open_tree", path);
        if (errno.IsError) return errno;
        using (tree)
        {
            if (Attributes.OnDetached) Close(tree!, path);
            errno = Put(tree!, directory, name);
            if (!errno.IsError && !Attributes.OnDetached) Close(tree!, path);
            return errno;
        }
    }

    private void Close(Fd tree, string path)
    {
        Errno errno = Attributes.TryChange(tree, MOUNT_ATTR_RDONLY, 0);
        errno.OrThrow("mount_setattr", path);
    }

    // The type of the path is checked first, so that no mask is prepared for a missing path: closing an unused detached
    // mount waits for all CPUs, and costs more than the rest of a mask.
    private Errno Mask(Fd directory, string name)
    {
        AtFlags flags = name.Length == 0 ? AtFlags.AT_EMPTY_PATH : AtFlags.AT_SYMLINK_NOFOLLOW;
        Errno errno = FileStatus.TryAt(directory.Value, name, flags, out FileStatus status);
        if (errno.IsError) return errno;
        Fd mask = status.IsDirectory ? CopyEmpty() : CopyNull();
        errno = Put(mask, directory, name);
        if (status.IsDirectory && _emptyDirectory == null) _emptyDirectory = mask;
        else mask.Dispose();
        return errno;
    }

    private static Errno Put(Fd mount, Fd directory, string name) =>
        name.Length == 0 ? TryMoveMount(mount.Value, directory.Value) : TryMoveMount(mount.Value, directory.Value, name);

    // CVE-2025-31133: with another file as the image's /dev/null, that file would appear in place of the masked path.
    private Fd CopyNull()
    {
        const string Path = "/dev/null";
        Errno errno;
        if (_nullDevice == null)
        {
            errno = Root.TryOpen(Path, OpenFlags.O_NOFOLLOW, out _nullDevice);
            errno.OrThrow("openat2", Path);
            FileStatus status = FileStatus.Of(_nullDevice!);
            if (status.Type != FileStatus.S_IFCHR || status.Node != (1, 3))
                throw new RuncsException($"linux.maskedPaths: \"{Path}\" in the container is not the null device, so no file can be masked with it");
        }
        errno = TryOpenTree(_nullDevice!.Value, "", OPEN_TREE_CLONE | OpenTreeFlags.AT_EMPTY_PATH, out Fd? mask);
        errno.OrThrow("open_tree", Path);
        return mask!;
    }

    // All masked directories share one empty tmpfs.
    private Fd CopyEmpty()
    {
        Errno errno;
        Fd? mask;
        if (_emptyDirectory != null)
        {
            errno = TryOpenTree(_emptyDirectory.Value, "", OPEN_TREE_CLONE | OpenTreeFlags.AT_EMPTY_PATH, out mask);
            errno.OrThrow("open_tree", "tmpfs");
            return mask!;
        }
        errno = TryFsOpen("tmpfs", out Fd? context);
        errno.OrThrow("fsopen", "tmpfs");
        using (context)
        {
            errno = TryFsConfig(context!.Value, "source", "tmpfs");
            if (!errno.IsError) errno = TryFsConfig(context.Value, "ro", null);
            if (plan.MountLabel.Length > 0) ConfigureLabel(context, "masked paths", plan.MountLabel);
            if (!errno.IsError) errno = TryFsCommand(context.Value, FSCONFIG_CMD_CREATE);
            errno.OrThrow("fsconfig", "tmpfs");
            errno = TryFsMount(context.Value, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, out mask);
            errno.OrThrow("fsmount", "tmpfs");
            return mask!;
        }
    }
}
