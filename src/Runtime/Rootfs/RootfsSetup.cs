// SPDX-License-Identifier: Apache-2.0
// Run by the container's init, in managed code, as root of the new mount namespace; between the steps the runtime runs
// hooks.
using System;
using System.Collections.Generic;
using Runcs.Native;
using static Runcs.Native.MountFlags;
using static Runcs.Native.Mounts;
using static Runcs.Native.OpenTreeFlags;

namespace Runcs.Rootfs;

/// <summary>
/// Applies a <see cref="RootfsPlan"/>. In order: <see cref="Prepare"/>, <see cref="ApplyMounts"/>, (createRuntime and
/// createContainer hooks), <see cref="Pivot"/>, <see cref="BindConsole"/>, <see cref="Finish"/>. A failure is a
/// <see cref="RuncsException"/> that names the field of the config.
/// </summary>
public sealed partial class RootfsSetup(RootfsPlan plan) : IDisposable
{
    private ContainerRoot? _root;
    private MountAttributes? _attributes;

    private MountSources? _sources;

    // The procfs mounted by a step, if it is writable.
    private Fd? _proc;

    /// <summary>The container's root, before and after the pivot (O_PATH).</summary>
    public Fd RootDescriptor => Root.Descriptor;

    private ContainerRoot Root => _root ?? throw new InvalidOperationException("Prepare comes first");

    private MountAttributes Attributes => _attributes ??= new MountAttributes();

    /// <summary>Separates the namespace from the host's and mounts the root on itself, so that it can be pivoted to.</summary>
    /// <exception cref="RuncsException"/>
    public void Prepare()
    {
        const string JsonPath = "root.path";
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, plan.Root, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY, 0, out Fd? place);
        if (errno.Value == Errno.EACCES && OpenHostMount != null && plan.OwnMountNamespace)
        {
            PrepareClosed(JsonPath);
            return;
        }
        errno.OrThrow(JsonPath, "openat", plan.Root);
        if (!plan.OwnMountNamespace)
        {
            _root = new ContainerRoot(place!);
            return;
        }
        using (place)
        {
            _ = Attributes;
            if (BuildsDetached)
            {
                PrepareDetached(place!);
                return;
            }
            Isolate(place!);
            // If the host's root remains a peer, a mount over it would propagate to the host.
            if (plan.HostPropagation != 0) LegacyMounts.Allow();
            errno = MountApi.TryOpenTree(place!.Value, "", OPEN_TREE_CLONE | OpenTreeFlags.AT_RECURSIVE | OpenTreeFlags.AT_EMPTY_PATH, out Fd? tree);
            errno.OrThrow(JsonPath, "open_tree", plan.Root);
            // Attached at its own path rather than kept detached, so that a bind whose source is in the root includes the
            // mounts made before it.
            errno = MountApi.TryMoveMount(tree!.Value, place.Value);
            errno.OrThrow(JsonPath, "move_mount", plan.Root);
            _root = new ContainerRoot(tree);
        }
    }

    // mount_namespaces(7): the copies in a new namespace are peers of the host's mounts; as slaves they still receive the
    // host's later mounts and send none.
    private void Isolate(Fd place)
    {
        if (plan.HostPropagation != 0)
        {
            Errno errno = TryMount(null, "/", null, plan.HostPropagation, null);
            errno.OrThrow("linux.rootfsPropagation", "mount", "/");
            return;
        }
        // The binds must remain peers of the host's mounts, but the mount that holds the root must not, or the
        // container's own mounts would propagate to the host (and pivot_root(2) requires it). Its mount point is the
        // directory or one above.
        const int Deepest = 128;
        Errno last = Processes.TryChdir(place.Value);
        for (int i = 0; i < Deepest && !last.IsError; i++)
        {
            last = TryMount(null, ".", null, MS_PRIVATE, null);
            if (!last.IsError) return;
            last = last.Value == Errno.EINVAL ? Processes.TryChdir("..") : last;
        }
        throw last.Failure("linux.rootfsPropagation", "mount", plan.Root);
    }

    /// <summary>Makes the mounts in order, then devices and links. Leaves the root as working directory.</summary>
    /// <exception cref="RuncsException"/>
    public void ApplyMounts(RootfsInputs inputs)
    {
        _sources = inputs.Sources;
        uint umask = FileNodes.Umask(0);
        try
        {
            foreach (MountStep step in plan.Mounts)
            {
                try
                {
                    Apply(step, inputs);
                }
                catch (RuncsException failure) when (failure.LacksJsonPath)
                {
                    throw failure.At(step.JsonPath);
                }
            }
            if (plan.SetUpDev) SetUpDev();
        }
        finally
        {
            FileNodes.Umask(umask);
        }
        EnterRoot();
    }

    /// <summary>The final changes, in runc's order: late read-only mounts, kernel parameters, read-only and masked paths.</summary>
    /// <exception cref="RuncsException"/>
    public void Finish()
    {
        MakeLateReadonly();
        if (plan.Readonly)
        {
            Errno errno = Attributes.TryChange(RootDescriptor, MountAttributeFlags.MOUNT_ATTR_RDONLY, 0);
            errno.OrThrow("root.readonly", "mount_setattr", "/");
        }
        WriteSysctls();
        RestrictPaths();
        LegacyMounts.TakeDown();
        if (!Attributes.OnDetached) Processes.TryChdir("/");
    }

    public void Dispose()
    {
        _ready.Dispose();
        _proc?.Dispose();
        _attributes?.Dispose();
        _root?.Dispose();
    }
}
