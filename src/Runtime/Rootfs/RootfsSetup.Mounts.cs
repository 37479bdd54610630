// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Native;
using static Runcs.Native.FsConfigCommand;
using static Runcs.Native.MountApi;
using static Runcs.Native.MountAttributeFlags;

namespace Runcs.Rootfs;

public sealed partial class RootfsSetup
{
    private const MountAttributeFlags AllAttributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC
        | MOUNT_ATTR__ATIME | MOUNT_ATTR_NODIRATIME | MOUNT_ATTR_NOSYMFOLLOW;

    private void Apply(MountStep step, RootfsInputs inputs)
    {
        switch (step.Kind)
        {
            case MountKind.Bind:
                Bind(step);
                break;
            case MountKind.Cgroup:
                MountCgroups(step, inputs);
                break;
            case MountKind.Remount:
                Remount(step);
                break;
            default:
                // A cgroup file system shows the cgroup namespace of the process that opens it.
                if (step.Type is "cgroup" or "cgroup2") WaitForCgroups(inputs);
                MountFileSystem(step, inputs);
                break;
        }
    }

    private void MountFileSystem(MountStep step, RootfsInputs inputs)
    {
        using Fd target = OpenTarget(step, out bool existed);
        MountParameter[] parameters = step.CopiesMode && existed ? [.. step.Parameters, ModeOf(target)] : step.Parameters;
        bool isReplaced = false;
        Fd mount = _ready.Take(step, out bool isCopy)
            ?? (step.Type == "proc" && inputs.NewProc != null ? inputs.NewProc(parameters, AttributesOf(step))
            : step.NeedsLegacy ? NewByLegacy(step, target, parameters)
            : step.MayBeRefused ? NewOrReplaced(step, parameters, out isReplaced)
            : NewFileSystem(step, parameters));
        bool keep = false;
        try
        {
            if (step.Label.Length > 0 && !step.HasLabelAsParameter) Label(step, mount);
            if (step.Options.CopyUp && existed) CopyUp.Copy(target, mount);
            if (isCopy) Attach(step, mount, target, AttributesOf(step), AllAttributes);
            else if (isReplaced) Attach(step, mount, target, AttributesOf(step), 0);
            else Attach(step, mount, target, 0, 0);
            keep = Keep(step, mount);
        }
        finally
        {
            if (!keep) mount.Dispose();
        }
    }

    // The descriptor of an attached mount refers to it even below later mounts; it is used for the kernel's parameters.
    private bool Keep(MountStep step, Fd mount)
    {
        if (step.LateReadonly)
        {
            MakeReadonlyAtTheEnd(step, mount);
            return false;
        }
        if (step.Type != "proc" || plan.Sysctls.Length == 0 || _proc != null || step.Options.Parameters.Count > 0 || step.Options.IsReadonly)
            return false;
        _proc = mount;
        return true;
    }

    private static MountParameter ModeOf(Fd directory) => new("mode", System.Convert.ToString(FileStatus.Of(directory).Permissions, 8));

    private Fd NewFileSystem(MountStep step, MountParameter[] parameters)
    {
        Errno errno = TryFsOpen(step.Type, out Fd? context);
        if (errno.Value == Errno.ENODEV) throw UnknownType(step, "fsopen", errno);
        errno.OrThrow("fsopen", step.Type);
        using (context)
        {
            if (step.ReadsPaths) EnterBundle();
            foreach (MountParameter parameter in parameters)
                Configure(context!, parameter.Key, parameter.IsContext ? parameter.Value?.Trim('"') : parameter.Value);
            if (step.HasLabelAsParameter) ConfigureLabel(context!, step.Destination, step.Label);
            errno = TryFsCommand(context!.Value, FSCONFIG_CMD_CREATE);
            if (errno.IsError) throw Failure("fsconfig", step.Type, errno, context);
            errno = TryFsMount(context.Value, AttributesOf(step), out Fd? mount);
            if (errno.Value == Errno.ENODEV) throw UnknownType(step, "fsmount", errno);
            if (errno.Value == Errno.EPERM && RefusedMounts.Explain(step.Type) is { } reason) throw errno.Failure("fsmount", step.Type).WithHint(reason);
            return errno.IsError ? throw Failure("fsmount", step.Type, errno, context) : mount!;
        }
    }

    // fsopen(2) and mount(2): the kernel has no such filesystem, also none in a module that it could load.
    private static RuncsException UnknownType(MountStep step, string call, Errno errno) =>
        RuncsException.At($"{step.JsonPath}.type", $"the kernel has no filesystem \"{step.Type}\" (/proc/filesystems): {call}(2): {errno}", errno);

    private static MountAttributeFlags AttributesOf(MountStep step) =>
        step.LateReadonly ? step.Options.Attributes & ~MOUNT_ATTR_RDONLY : step.Options.Attributes;

    // A path in the parameters, such as overlayfs's lowerdir, is relative to the bundle, like the source of a bind.
    private void EnterBundle()
    {
        Errno errno = Processes.TryChdir(plan.Bundle);
        errno.OrThrow("chdir", plan.Bundle);
    }

    private static void Configure(Fd context, string key, string? value)
    {
        Errno errno = TryFsConfig(context.Value, key, value);
        if (errno.IsError) throw Failure("fsconfig", key, errno, context);
    }

    // Without SELinux the file system refuses the parameter, and the container fails: files that must be labelled would
    // not be.
    private static void ConfigureLabel(Fd context, string destination, string label)
    {
        const string JsonPath = "linux.mountLabel";
        Errno errno = TryFsConfig(context.Value, "context", label);
        if (!errno.IsError) return;
        throw errno.Failure(JsonPath, "fsconfig", $"context of {destination}").WithHint(ReadFsMessage(context.Value) ?? "");
    }

    // mqueue takes no context, but its root has a label. A kernel without SELinux has no such attribute, and nothing to
    // separate.
    private static void Label(MountStep step, Fd mount)
    {
        Errno errno = FileNodes.TrySetAttribute(mount.ProcPath, "security.selinux", step.Label);
        if (errno.IsError && errno.Value != Errno.EOPNOTSUPP) throw errno.Failure("linux.mountLabel", "setxattr", step.Destination);
    }

    // A context holds the file system's message: "tmpfs: Bad value for 'size'" is clearer than EINVAL.
    private static RuncsException Failure(string call, string operand, Errno errno, Fd context) =>
        errno.Failure(call, operand).WithHint(ReadFsMessage(context.Value) ?? "");

    /// <summary>
    /// Sets the attributes of a detached mount and attaches it to the target. Kernels that change only attached mounts
    /// need the reverse order, which is not visible: no other process is in this namespace.
    /// </summary>
    private void Attach(MountStep step, Fd mount, Fd target, MountAttributeFlags set, MountAttributeFlags clear)
    {
        if (step.IdMapping != null) MapIds(step, mount, step.IdMapping);
        if (Attributes.OnDetached) Change(step, mount, set, clear);
        MakeCoveredReadonly(target);
        Move(mount, target, step.Destination);
        if (!Attributes.OnDetached) Change(step, mount, set, clear);
    }

    // mount_setattr(2): only a mount that was never attached can be mapped.
    private void MapIds(MountStep step, Fd mount, MountIdMapping mapping)
    {
        Errno errno = Attributes.TryMapIds(mount, NamespaceOf(mapping), step.Options.IsTreeIdMapped);
        if (errno.IsError) throw MapFailure(step, errno);
    }

    private Fd NamespaceOf(MountIdMapping mapping) =>
        (_sources ?? throw new System.InvalidOperationException("the sources were not opened")).NamespaceOf(mapping);

    private static RuncsException MapFailure(MountStep step, Errno errno)
    {
        string hint = errno.Value switch
        {
            Errno.ENOSYS => "mapped ids need Linux 5.12, and mount_setattr(2) not to be refused",
            Errno.EINVAL => "does the file system allow mapped ids?",
            _ => "",
        };
        return errno.Failure("mount_setattr", step.Destination).WithHint(hint);
    }

    private void Change(MountStep step, Fd mount, MountAttributeFlags set, MountAttributeFlags clear)
    {
        MountOptions options = step.Options;
        Errno errno = (set | clear) == 0 ? Errno.None : Attributes.TryChange(mount, set, clear);
        if (errno.Value == Errno.EPERM && options.IsBind) errno = ChangeUnlocked(step, mount, set, clear);
        if (!errno.IsError && (options.Tree.Set | options.Tree.Clear) != 0) errno = Attributes.TryChangeTree(mount, options.Tree.Set, options.Tree.Clear);
        for (int i = 0; i < options.Propagation.Count && !errno.IsError; i++) errno = Attributes.TryPropagate(mount, options.Propagation[i]);
        errno.OrThrow("mount_setattr", step.Destination);
    }

    private static void Move(Fd mount, Fd target, string destination)
    {
        Errno errno = TryMoveMount(mount.Value, target.Value);
        if (!errno.IsError) return;
        // The kernel returns EINVAL if only one of them is a directory; mount(2) returned a clearer errno.
        if (errno.Value == Errno.EINVAL && FileStatus.Of(mount).IsDirectory != FileStatus.Of(target).IsDirectory) errno = new Errno(Errno.ENOTDIR);
        throw errno.Failure("move_mount", destination);
    }

    private void Remount(MountStep step)
    {
        Root.TryOpen(step.Destination, 0, out Fd? target).OrThrow("openat2", step.Destination);
        using (target)
        {
            MountAttributeFlags late = step.LateReadonly ? MOUNT_ATTR_RDONLY : 0;
            (MountAttributeFlags set, MountAttributeFlags clear) = step.Options.IsBind ? step.Options.BindChange : (0, 0);
            // mount(2), "Remounting an existing mount": with MS_BIND only the mount changes, else the file system too.
            if (!step.Options.IsBind) RemountFileSystem(step, target!);
            Change(step, target!, set & ~late, clear);
            if (step.LateReadonly) MakeReadonlyAtTheEnd(step, target!);
        }
    }
}
