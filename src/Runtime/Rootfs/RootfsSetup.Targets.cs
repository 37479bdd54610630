// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Rootfs;

public sealed partial class RootfsSetup
{
    private FileStatus? _rootStatus;

    /// <summary>The mount point of a file system, made if it is missing.</summary>
    private Fd OpenTarget(MountStep step, out bool existed)
    {
        Fd? target = TryOpenTarget(step, OpenFlags.O_DIRECTORY);
        existed = target != null;
        return target ?? MakeTarget(step, directory: true);
    }

    /// <summary>The mount point of a bind, made if it is missing: a directory for a directory, else a file.</summary>
    private Fd OpenBindTarget(MountStep step, Fd source) => TryOpenTarget(step, 0) ?? MakeTarget(step, FileStatus.Of(source).IsDirectory);

    private Fd MakeTarget(MountStep step, bool directory)
    {
        Fd target = Root.Make(step.Destination, directory, out int links);
        return links > 0 || ContainerPath.HasParents(step.Destination) ? Verified(step, target) : target;
    }

    // Null if nothing is there. The plan has checked a path without symbolic links and ".." by its text; any other is
    // checked by the file that it leads to.
    private Fd? TryOpenTarget(MountStep step, OpenFlags flags)
    {
        Errno errno = Root.TryOpenPlain(step.Destination, flags, out Fd? target);
        if (!errno.IsError) return ContainerPath.HasParents(step.Destination) ? Verified(step, target!) : target;
        // CVE-2019-19921, CVE-2023-28642: a link as the image's /proc or /sys would mount them elsewhere.
        if (IsPlain(step) && errno.Value is Errno.ELOOP or Errno.ENOTDIR)
            throw RuncsException.At(step.JsonPath, $"filesystem \"{step.Type}\" must be mounted on ordinary directory, and \"{step.Destination}\" is not one");
        if (errno.Value == Errno.ELOOP)
        {
            errno = Root.TryOpen(step.Destination, flags, out target);
            if (!errno.IsError) return Verified(step, target!);
        }
        return errno.Value == Errno.ENOENT ? null : throw errno.Failure("openat2", step.Destination);
    }

    private static bool IsPlain(MountStep step) => step.Type is "proc" or "sysfs" || step.Destination is "/proc" or "/sys";

    // Reached through links or "..", so its text was not checked: it must be neither the root itself nor inside a procfs.
    private Fd Verified(MountStep step, Fd target)
    {
        try
        {
            _rootStatus ??= FileStatus.Of(RootDescriptor);
            if (FileStatus.Of(target).IsSameFileAs(_rootStatus.Value))
                throw RuncsException.At(step.JsonPath, $"mountpoint is on the top of rootfs: \"{step.Destination}\" leads there");
            if (!Mounts.TryStatfs(target.Value, out long type, out _).IsError && type == Mounts.PROC_SUPER_MAGIC
                && (ContainerPath.HasParents(step.Destination) || !step.Destination.StartsWith("/proc/", System.StringComparison.Ordinal)))
                throw RuncsException.At(step.JsonPath, $"\"{step.Destination}\" cannot be mounted because it is inside /proc");
            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    private void Bind(MountStep step)
    {
        if (step.IdMapping != null && OpenMappedHostMount != null)
        {
            // The ids of a mount opened by the helper are mapped already.
            BindTree(step with { IdMapping = null }, OpenMappedSource(step));
            return;
        }
        Fd? source = _ready.Take(step, out _);
        if (source == null) TryOpenSource(step, out source).OrThrow("open_tree", step.Source);
        BindTree(step, source!);
    }

    private Errno TryOpenSource(MountStep step, out Fd? source)
    {
        OpenTreeFlags flags = step.Options.IsRecursive ? OpenTreeFlags.AT_RECURSIVE : 0;
        return IsInClosedRoot(step)
            ? TryOpenTreeInRoot(step.Source[plan.Root.Length..], flags, out source)
            : TryOpenHostMount(step.Source, flags, out source);
    }

    // Takes ownership of the tree.
    private void BindTree(MountStep step, Fd tree)
    {
        using (tree)
        {
            if (step.Destination == "/proc" && (Mounts.TryStatfs(tree.Value, out long type, out _).IsError || type != Mounts.PROC_SUPER_MAGIC))
                throw RuncsException.At(step.JsonPath, "\"/proc\" cannot be mounted because it is not of type proc");
            using Fd target = OpenBindTarget(step, tree);
            (MountAttributeFlags set, MountAttributeFlags clear) = step.Options.BindChange;
            Attach(step, tree, target, step.LateReadonly ? set & ~MountAttributeFlags.MOUNT_ATTR_RDONLY : set, clear);
            if (step.LateReadonly) MakeReadonlyAtTheEnd(step, tree);
        }
    }
}
