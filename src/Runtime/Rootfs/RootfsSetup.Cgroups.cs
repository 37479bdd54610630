// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using Runcs.Values;
using static Runcs.Native.FsConfigCommand;
using static Runcs.Native.MountApi;
using static Runcs.Native.MountAttributeFlags;
using static Runcs.Native.OpenTreeFlags;

namespace Runcs.Rootfs;

public sealed partial class RootfsSetup
{
    private const MountAttributeFlags CgroupAttributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    private const int DirectoryMode = 0x1ED /* 0755 */;
    private bool _waitedForCgroups;

    // cgroup_namespaces(7): the namespace's root is the process's cgroup at the unshare, so it must be in its cgroups
    // first.
    private void WaitForCgroups(RootfsInputs inputs)
    {
        if (_waitedForCgroups) return;
        _waitedForCgroups = true;
        inputs.BeforeCgroupMount?.Invoke();
    }

    private void MountCgroups(MountStep step, RootfsInputs inputs)
    {
        if (inputs.CgroupMounts.Length == 0) return;
        WaitForCgroups(inputs);
        if (inputs.CgroupMounts.Length == 1 && inputs.CgroupMounts[0].Name.Length == 0) MountUnified(step, inputs.CgroupMounts[0], inputs.CgroupNamespace);
        else MountHierarchies(step, inputs);
    }

    private void MountUnified(MountStep step, CgroupMount source, bool ownNamespace)
    {
        using Fd target = OpenTarget(step, out _);
        using Fd mount = OpenHierarchy(step, source, ownNamespace, out bool isNew);
        if (isNew) Attach(step, mount, target, 0, 0);
        else Attach(step, mount, target, step.Options.Attributes, MOUNT_ATTR__ATIME);
    }

    // cgroup v1: a small tmpfs with a directory for each hierarchy.
    private void MountHierarchies(MountStep step, RootfsInputs inputs)
    {
        using Fd target = OpenTarget(step, out _);
        using Fd tmpfs = NewFileSystem(step.Shelf!, step.Shelf!.Parameters);
        bool readOnly = step.Options.IsReadonly;
        MakeCoveredReadonly(target);
        Move(tmpfs, target, step.Destination);
        foreach (CgroupMount source in inputs.CgroupMounts)
        {
            Errno errno = FileNodes.TryMkdirAt(tmpfs.Value, source.Name, DirectoryMode);
            errno.OrThrow("mkdirat", $"{step.Destination}/{source.Name}");
            using Fd mount = OpenHierarchy(step, source, inputs.CgroupNamespace, out bool isNew);
            MountAttributeFlags attributes = isNew ? 0 : CgroupAttributes | (readOnly ? MOUNT_ATTR_RDONLY : 0);
            // The tmpfs is this process's own and contains no foreign link: its names need no check.
            if (Attributes.OnDetached) Change(step, mount, attributes, 0);
            errno = TryMoveMount(mount.Value, tmpfs.Value, source.Name);
            errno.OrThrow("move_mount", $"{step.Destination}/{source.Name}");
            if (!Attributes.OnDetached) Change(step, mount, attributes, 0);
            foreach (string link in source.Links)
            {
                errno = FileNodes.TrySymlinkAt(source.Name, tmpfs.Value, link);
                if (errno.IsError && errno.Value != Errno.EEXIST) throw errno.Failure("symlinkat", $"{step.Destination}/{link}");
            }
        }
        Change(step, tmpfs, CgroupAttributes | (readOnly ? MOUNT_ATTR_RDONLY : 0), 0);
    }

    // With its own namespace the container gets a new mount, whose root is its cgroup; without one, a bind of just that
    // directory.
    private Fd OpenHierarchy(MountStep step, CgroupMount source, bool ownNamespace, out bool isNew)
    {
        isNew = false;
        if (ownNamespace)
        {
            Fd? mount = _ready.Take(step, out _, source.Name);
            Errno refused = mount != null ? Errno.None : TryMountHierarchy(step, source, out mount);
            isNew = !refused.IsError;
            if (isNew) return mount!;
            // As runc: in a nested container the kernel may refuse a new cgroup2 mount.
            if (source.FsType != "cgroup2" || refused.Value is not (Errno.EPERM or Errno.EBUSY)) throw refused.Failure("fsmount", source.FsType);
        }
        Errno errno = TryOpenTree(Files.AT_FDCWD, source.HostPath, OPEN_TREE_CLONE | OpenTreeFlags.AT_RECURSIVE, out Fd? tree);
        if (errno.Value == Errno.ENOENT && source.OtherPath.Length > 0) errno = TryOpenTree(Files.AT_FDCWD, source.OtherPath, OPEN_TREE_CLONE | OpenTreeFlags.AT_RECURSIVE, out tree);
        errno.OrThrow("open_tree", source.HostPath);
        IsolateCopy(tree!).OrThrow("mount_setattr", source.HostPath);
        return tree!;
    }

    private static Errno TryMountHierarchy(MountStep step, CgroupMount source, out Fd? mount)
    {
        mount = null;
        bool unified = source.FsType == "cgroup2" && source.Name.Length == 0;
        Errno errno = TryFsOpen(source.FsType, out Fd? context);
        if (errno.IsError) return errno;
        using (context)
        {
            Configure(context!, "source", source.FsData == "name=systemd" ? "systemd" : "cgroup");
            foreach (string parameter in source.FsData.Split(',', System.StringSplitOptions.RemoveEmptyEntries))
            {
                int equals = parameter.IndexOf('=');
                // A named hierarchy has no controllers, which must be stated.
                if (equals >= 0) Configure(context!, "none", null);
                Configure(context!, equals < 0 ? parameter : parameter[..equals], equals < 0 ? null : parameter[(equals + 1)..]);
            }
            if (unified)
            {
                foreach (MountParameter parameter in step.Options.Parameters) Configure(context!, parameter.Key, parameter.Value);
            }
            errno = TryFsCommand(context!.Value, FSCONFIG_CMD_CREATE);
            if (errno.IsError) return errno;
            // The mount is read-only and not the hierarchy, which the host still writes.
            MountAttributeFlags attributes = unified ? step.Options.Attributes : CgroupAttributes | (step.Options.IsReadonly ? MOUNT_ATTR_RDONLY : 0);
            return TryFsMount(context.Value, attributes, out mount);
        }
    }
}
