// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Native;
using Runcs.Values;
using static Runcs.Native.MountFlags;
using static Runcs.Native.Mounts;
using static Runcs.Native.OpenTreeFlags;

namespace Runcs.Rootfs;

// For a container with a user namespace: prepared before the process takes the ids and privileges of the namespace.
public sealed partial class RootfsSetup
{
    private const int MostSourcesReady = 32;

    private readonly ReadyMounts _ready = new();

    // The root is mounted over the host's: see PrepareClosed.
    private bool _isOnTop;

    /// <summary>
    /// With a user namespace, open_tree(2) by a helper with the host's privileges, for paths that this process may not
    /// open.
    /// </summary>
    public HostMountOpen? OpenHostMount { get; set; }

    /// <summary>The same for the sources of binds with mapped ids, which this process may not map.</summary>
    public HostMountOpen? OpenMappedHostMount { get; set; }

    // The helper opens only paths that this process cannot reach; for all others this process's own view counts.
    private Errno TryOpenHostMount(string path, OpenTreeFlags flags, out Fd? tree)
    {
        flags |= OPEN_TREE_CLONE;
        Errno errno = MountApi.TryOpenTree(Files.AT_FDCWD, path, flags, out tree);
        if (!errno.IsError) return IsolateCopy(tree!);
        return errno.Value == Errno.EACCES && OpenHostMount != null ? OpenHostMount(path, null, flags, null, false, out tree, out _) : errno;
    }

    /// <summary>
    /// With the host's privileges, in the namespaces that the mounts must show: makes the mounts that the container may
    /// not make.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public void MountForUserNamespace(UserNamespaceMounts mounts)
    {
        foreach (MountStep step in plan.Mounts)
        {
            try
            {
                if (mounts.Has(step) && !_ready.TryShare(step)) _ready.Add(step, MountForUserNamespace(step, mounts));
                if (step.Kind != MountKind.Cgroup || mounts.Cgroups == null) continue;
                foreach (CgroupMount source in mounts.Cgroups)
                {
                    // A source that cannot be opened is reported, or bound, at its own step.
                    if (!_ready.TryShare(step, source.Name) && !TryMountHierarchy(step, source, out Fd? hierarchy).IsError)
                        _ready.Add(step, hierarchy!, source.Name);
                }
            }
            catch (RuncsException failure) when (failure.LacksJsonPath)
            {
                throw failure.At(step.JsonPath);
            }
        }
    }

    private Fd MountForUserNamespace(MountStep step, UserNamespaceMounts mounts)
    {
        return step.Type == "proc" && mounts.NewProc != null ? mounts.NewProc(step.Parameters, AttributesOf(step)) : NewFileSystem(step, step.Parameters);
    }

    // See RefusedMounts.
    private Fd NewOrReplaced(MountStep step, MountParameter[] parameters, out bool isReplaced)
    {
        isReplaced = false;
        try
        {
            return NewFileSystem(step, parameters);
        }
        catch (RuncsException refused) when (refused.Errno.Value == Errno.EINVAL && RefusedMounts.WithoutGroup(step.Type, parameters) is { } others)
        {
            return NewFileSystem(step, others);
        }
        catch (RuncsException refused) when (refused.Errno.Value == Errno.EPERM && RefusedMounts.SourceFor(step.Type) is { } source)
        {
            isReplaced = true;
            if (RefusedMounts.Copy(source, Attributes, AttributesOf(step)) is { } copy) return copy;
            throw;
        }
    }

    // The root's directory is in a place that this process cannot reach. It cannot attach the mount there, so it attaches
    // it to "/". Paths of the host still start below it: a walk begins at the process's root, which is the mount beneath.
    private void PrepareClosed(string jsonPath)
    {
        Errno errno = TryMount(null, "/", null, plan.HostPropagation == 0 ? MS_SLAVE | MS_REC : plan.HostPropagation, null);
        errno.OrThrow("linux.rootfsPropagation", "mount", "/");
        errno = OpenHostMount!(plan.Root, null, OPEN_TREE_CLONE | OpenTreeFlags.AT_RECURSIVE, null, false, out Fd? tree, out string call);
        errno.OrThrow(jsonPath, call, plan.Root);
        _root = new ContainerRoot(tree!);
        using Fd top = Files.Open("/", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        _isOnTop = true;
        errno = MountApi.TryMoveMount(tree!.Value, top.Value);
        errno.OrThrow(jsonPath, "move_mount", plan.Root);
    }

    // In the closed root a path of the host leads to the file beneath the mount, without the container's mounts.
    private bool IsInClosedRoot(MountStep step) => (_isOnTop || BuildsDetached) && ContainerPath.IsBelow(step.Source, plan.Root);

    private Errno TryOpenTreeInRoot(string path, OpenTreeFlags flags, out Fd? tree)
    {
        tree = null;
        Errno errno = Root.TryOpen(path, 0, out Fd? place);
        if (errno.IsError) return errno;
        using (place) return MountApi.TryOpenTree(place!.Value, "", flags | OPEN_TREE_CLONE | OpenTreeFlags.AT_EMPTY_PATH, out tree);
    }

    /// <summary>
    /// After <see cref="Prepare"/>, while the caller still has the host's ids: opens the sources of binds, which may be
    /// below directories that the container's root may not enter. The kernel has locked the flags of the host's mounts
    /// that the user namespace may not clear (mount_namespaces(7)), and the copies keep the locks. The others are opened
    /// at their own steps, by <see cref="OpenHostMount"/> if they are closed: those in the container's root, where
    /// earlier steps mount, those with mapped ids, and those beyond a number of descriptors that does not grow with the
    /// config.
    /// </summary>
    public void OpenSources()
    {
        if (!plan.OwnMountNamespace) return;
        int opened = 0;
        foreach (MountStep step in plan.Mounts)
        {
            if (step.Kind != MountKind.Bind || step.IdMapping != null || !TryOpenOutsideRoot(step, out Fd? source)) continue;
            _ready.Add(step, source!);
            if (++opened == MostSourcesReady) return;
        }
    }

    private bool TryOpenOutsideRoot(MountStep step, out Fd? source)
    {
        source = null;
        if (ContainerPath.IsBelow(step.Source, plan.Root)) return false;
        // Without OPEN_TREE_CLONE it opens like O_PATH, and triggers automounts (autofs(5)).
        if (MountApi.TryOpenTree(Files.AT_FDCWD, step.Source, 0, out Fd? place).IsError) return false;
        using (place)
        {
            if (PathInRoot(place!) != null) return false;
            OpenTreeFlags flags = OPEN_TREE_CLONE | OpenTreeFlags.AT_EMPTY_PATH | (step.Options.IsRecursive ? OpenTreeFlags.AT_RECURSIVE : 0);
            return !MountApi.TryOpenTree(place!.Value, "", flags, out source).IsError;
        }
    }

    // mount_setattr(2): mapping a mount's ids requires privileges over its file system, which is the host's.
    private Fd OpenMappedSource(MountStep step)
    {
        OpenTreeFlags flags = OPEN_TREE_CLONE | (step.Options.IsRecursive ? OpenTreeFlags.AT_RECURSIVE : 0);
        Fd? copy = null;
        if (IsInClosedRoot(step)) TryOpenTreeInRoot(step.Source[plan.Root.Length..], flags, out copy).OrThrow("open_tree", step.Source);
        Errno errno;
        Fd? source;
        string call;
        using (copy) errno = OpenMappedHostMount!(step.Source, copy, flags, NamespaceOf(step.IdMapping!), step.Options.IsTreeIdMapped, out source, out call);
        if (!errno.IsError) return source!;
        throw call == HostMountCalls.MountSetattr ? MapFailure(step, errno) : errno.Failure(call, step.Source);
    }
}
