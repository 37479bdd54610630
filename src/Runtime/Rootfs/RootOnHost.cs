// SPDX-License-Identifier: Apache-2.0
// Run by the parent, for a container that lives in its own, the host's, mount namespace.
using System;
using Runcs.Native;
using static Runcs.Native.MountFlags;
using static Runcs.Native.Mounts;
using static Runcs.Native.UmountFlags;

namespace Runcs.Rootfs;

/// <summary>
/// The root mounted on itself, below which all mounts of such a container lie. The end of no namespace takes it away, so its
/// number is remembered, and whoever deletes the container unmounts it with all that is below.
/// </summary>
public static class RootOnHost
{
    /// <param name="intend">Remembers the number, before there is anything to unmount.</param>
    /// <exception cref="RuncsException"/>
    public static void Mount(RootfsPlan plan, Action<ulong> intend)
    {
        Errno errno = MountApi.TryOpenTree(Files.AT_FDCWD, plan.Root, OpenTreeFlags.OPEN_TREE_CLONE | OpenTreeFlags.AT_RECURSIVE, out Fd? tree);
        Check(errno, "open_tree", plan.Root);
        using (tree)
        {
            intend(FileStatus.Of(tree!).MountId);
            Check(MountApi.TryMoveMount(tree!.Value, Files.AT_FDCWD, plan.Root), "move_mount", plan.Root);
            // On a mount that is shared it has become so too, and the container's mounts would appear wherever that has peers.
            using MountAttributes attributes = new();
            Check(attributes.TryPropagate(tree, MS_PRIVATE | MS_REC), "mount_setattr", plan.Root);
        }
    }

    /// <summary>Unmounts it, unless another mount is at its place by now: an engine may have one of its own there.</summary>
    /// <exception cref="RuncsException"/>
    public static void Unmount(string root, ulong id)
    {
        if (FileStatus.TryAt(Files.AT_FDCWD, root, 0, out FileStatus status).IsError || status.MountId != id) return;
        Errno errno = TryUmount(root, MNT_DETACH);
        errno.OrThrow("umount2", root);
    }

    private static void Check(Errno errno, string call, string operand)
    {
        errno.OrThrow("root.path", call, operand);
    }
}
