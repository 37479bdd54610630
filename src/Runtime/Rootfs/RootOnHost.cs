// SPDX-License-Identifier: Apache-2.0
// Run by the parent, for a container in its own, the host's, mount namespace.
using System;
using Runcs.Native;
using static Runcs.Native.MountFlags;
using static Runcs.Native.Mounts;
using static Runcs.Native.UmountFlags;

namespace Runcs.Rootfs;

/// <summary>
/// The root mounted on itself; all mounts of such a container are below it. No mount namespace's end removes it, so its
/// mount id is recorded, and deleting the container unmounts it with everything below.
/// </summary>
public static class RootOnHost
{
    /// <param name="intend">Records the mount id before the mount is attached.</param>
    /// <exception cref="RuncsException"/>
    public static void Mount(RootfsPlan plan, Action<ulong> intend)
    {
        using (Fd place = Files.Open(plan.Root, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY)) KeepFromPeers(place, plan.Root);
        Errno errno = MountApi.TryOpenTree(Files.AT_FDCWD, plan.Root, OpenTreeFlags.OPEN_TREE_CLONE | OpenTreeFlags.AT_RECURSIVE, out Fd? tree);
        Check(errno, "open_tree", plan.Root);
        using (tree)
        {
            intend(FileStatus.Of(tree!).MountId);
            Check(MountApi.TryMoveMount(tree!.Value, Files.AT_FDCWD, plan.Root), "move_mount", plan.Root);
            // On a shared mount it has become shared too, and the container's mounts would propagate to its peers.
            using MountAttributes attributes = new();
            Check(attributes.TryPropagate(tree, MS_PRIVATE | MS_REC), "mount_setattr", plan.Root);
        }
    }

    /// <summary>Unmounts it, unless another mount has taken its place: an engine may have its own there.</summary>
    /// <exception cref="RuncsException"/>
    public static void Unmount(string root, ulong id)
    {
        Errno errno = FileStatus.TryAt(Files.AT_FDCWD, root, 0, out FileStatus status);
        if (errno.Value is Errno.ENOENT or Errno.ENOTDIR) return;
        errno.OrThrow("statx", root);
        if (status.MountId != id) return;
        errno = TryUmount(root, MNT_DETACH);
        errno.OrThrow("umount2", root);
    }

    // An engine's mount there, if it is the directory bound on itself, is a peer of the mount that it is on (mount_namespaces(7)): the
    // kernel would mount on both, and unmount with ours the engine's, which it finds in the place of ours on that peer. As a slave it
    // passes nothing on.
    private static void KeepFromPeers(Fd place, string root)
    {
        if (root == "/" || !FileStatus.Of(place).IsMountRoot) return;
        using MountAttributes attributes = new();
        Check(attributes.TryPropagate(place, MS_SLAVE), "mount_setattr", root);
    }

    private static void Check(Errno errno, string call, string operand)
    {
        errno.OrThrow("root.path", call, operand);
    }
}
