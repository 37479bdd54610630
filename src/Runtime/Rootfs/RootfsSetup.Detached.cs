// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using static Runcs.Native.MountApi;
using static Runcs.Native.OpenTreeFlags;

namespace Runcs.Rootfs;

// Since Linux 7.0 a mount namespace can be made of one tree of mounts (OPEN_TREE_NAMESPACE): it is no copy of the host's, whose mounts
// would all be copied and unmounted again.
public sealed partial class RootfsSetup
{
    // With fewer the second copy of the container's own mounts costs more than it saves.
    private const int FewMounts = 500;

    /// <summary>
    /// This process stays in the host's mount namespace until <see cref="Pivot"/>, and makes the mounts in a detached copy of the root
    /// (move_mount(2) into one: Linux 6.15).
    /// </summary>
    public bool BuildsDetached { get; init; }

    /// <summary>Whether the kernel and the plan allow <see cref="BuildsDetached"/>.</summary>
    /// <param name="unified">Cgroup v2 alone.</param>
    public static bool CanBuildDetached(RootfsPlan plan, bool unified)
    {
        // Mounts below a detached one cannot be changed any more (mount_setattr(2): EINVAL), and have other numbers in the namespace; unbindable
        // ones are not copied into it (mount_namespaces(7)).
        bool suits = plan is { OwnMountNamespace: true, NoPivot: false, HostPropagation: not 0, MountLabel: "" } && Array.TrueForAll(plan.Mounts,
            step => step.Kind != MountKind.Remount && (unified || step.Kind != MountKind.Cgroup) && step is { LateReadonly: false, NeedsLegacy: false, Options.IsUnbindable: false });
        // Without the flag EINVAL: asked first, since most kernels lack it, and refuse at once.
        return suits && TryOpenTree(-1, "", OPEN_TREE_NAMESPACE | OpenTreeFlags.AT_EMPTY_PATH, out _).Value == Errno.EBADF && HasMoreMounts(FewMounts) && new MountAttributes().OnDetached;
    }

    private void PrepareDetached(Fd place)
    {
        Errno errno = TryOpenTree(place.Value, "", OPEN_TREE_CLONE | OpenTreeFlags.AT_RECURSIVE | OpenTreeFlags.AT_EMPTY_PATH, out Fd? tree);
        errno.OrThrow("root.path", "open_tree", plan.Root);
        _root = new ContainerRoot(tree!);
        IsolateCopy(tree!).OrThrow("linux.rootfsPropagation", "mount_setattr", plan.Root);
    }

    // A copy of a shared mount is its peer: what is mounted below it would appear on the host. In a copy of the host's namespace
    // this is done for all of it at once (Isolate).
    private Errno IsolateCopy(Fd tree) => BuildsDetached ? Attributes.TryPropagate(tree, plan.HostPropagation) : Errno.None;

    private void EnterDetached()
    {
        Check(TryOpenTree(RootDescriptor.Value, "", OPEN_TREE_NAMESPACE | OpenTreeFlags.AT_RECURSIVE | OpenTreeFlags.AT_EMPTY_PATH, out Fd? own), "open_tree", plan.Root);
        using (own) Check(Processes.TrySetns(own!.Value, CloneFlags.CLONE_NEWNS), "setns", "CLONE_NEWNS");
        // setns(2) has made the namespace's root this process's root and working directory.
        _root!.Dispose();
        _root = new ContainerRoot(Files.Open("/", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY));
    }
}
