// SPDX-License-Identifier: Apache-2.0
// For options that fsopen(2) and fsconfig(2) do not have. /proc is still the host's here.
using System.Collections.Generic;
using System.Text;
using Runcs.Native;
using static Runcs.Native.MountApi;
using static Runcs.Native.MountAttributeFlags;
using static Runcs.Native.MountFlags;
using static Runcs.Native.Mounts;
using static Runcs.Native.OpenTreeFlags;
using static Runcs.Native.UmountFlags;

namespace Runcs.Rootfs;

public sealed partial class RootfsSetup
{
    // mount(2) copies a page of parameters and silently truncates longer ones.
    private const int LongestData = 4095;

    // mount(2) has no detached mounts: one is made on the target, copied, and unmounted. No other process is in this
    // namespace, and the copied mount is checked to be a new one.
    private Fd NewByLegacy(MountStep step, Fd target, MountParameter[] parameters)
    {
        if (step.ReadsPaths) EnterBundle();
        MountFlags flags = step.Options.Flags & ~(MS_REC | (step.LateReadonly ? MS_RDONLY : 0));
        Errno errno = TryMount(step.Source, target.ProcPath, step.Type, flags, DataOf(step, parameters));
        if (errno.Value == Errno.ENODEV) throw UnknownType(step, "mount", errno);
        errno.OrThrow("mount", step.Destination);
        using Fd mount = OpenMounted(step, target);
        errno = TryOpenTree(mount.Value, "", OPEN_TREE_CLONE | OpenTreeFlags.AT_EMPTY_PATH, out Fd? copy);
        errno.OrThrow("open_tree", step.Destination);
        errno = TryUmount(mount.ProcPath, MNT_DETACH);
        if (!errno.IsError) return copy!;
        copy!.Dispose();
        throw errno.Failure("umount2", step.Destination);
    }

    private Fd OpenMounted(MountStep step, Fd target)
    {
        Fd mount = TryOpenTarget(step, OpenFlags.O_DIRECTORY) ?? throw new Errno(Errno.ENOENT).Failure("openat2", step.Destination);
        FileStatus status = FileStatus.Of(mount);
        if (status.IsMountRoot && status.MountId != FileStatus.Of(target).MountId) return mount;
        mount.Dispose();
        throw RuncsException.At(step.JsonPath, $"\"{step.Destination}\" was moved while something was mounted on it");
    }

    private static void RemountFileSystem(MountStep step, Fd target)
    {
        Errno errno = TryMount(step.Source, target.ProcPath, step.Type, step.Options.Flags & ~MS_REC, DataOf(step, [.. step.Options.Parameters]));
        errno.OrThrow("mount", step.Destination);
    }

    // Options that mount(2) takes as flags are omitted.
    private static string? DataOf(MountStep step, MountParameter[] parameters)
    {
        var data = new StringBuilder();
        foreach (MountParameter parameter in parameters)
        {
            if (parameter.Key is "source" or "ro" or "sync" or "dirsync" or "mand" or "lazytime") continue;
            data.Append(data.Length > 0 ? "," : "").Append(parameter.Key);
            if (parameter.Value != null) data.Append('=').Append(parameter.Value);
        }
        if (step.HasLabelAsParameter) data.Append(data.Length > 0 ? "," : "").Append("context=\"").Append(step.Label).Append('"');
        if (data.Length == 0) return null;
        string text = data.ToString();
        return Encoding.UTF8.GetByteCount(text) <= LongestData ? text
            : throw RuncsException.At($"{step.JsonPath}.options", $"the filesystem's parameters exceed the {LongestData} bytes that mount(2) accepts");
    }

    // user_namespaces(7) and mount_namespaces(7): flags of a mount from a more privileged namespace are locked. Locked
    // flags stay if the config does not clear them; clearing one is an error, so that the mount never differs from the
    // config.
    private Errno ChangeUnlocked(MountStep step, Fd mount, MountAttributeFlags set, MountAttributeFlags clear)
    {
        const MountAttributeFlags Lockable = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
        const MountAttributeFlags Atime = MOUNT_ATTR__ATIME | MOUNT_ATTR_NODIRATIME;
        Errno errno = MountAttributes.TryRead(mount, out MountAttributeFlags now);
        if (errno.IsError) return errno;
        MountAttributeFlags locked = now & clear & ~set & Lockable;
        MountAttributeFlags refused = locked & step.Options.ClearedAttributes;
        bool atimeChanges = (((now & ~clear) | set) & Atime) != (now & Atime);
        if (refused != 0 || (atimeChanges && step.Options.NamesAtime))
        {
            string what = refused != 0 ? $"cannot clear locked flags {MountAttributes.Names(refused)}" : $"cannot change locked atime flags {MountAttributes.Names(now & Atime)}";
            var denied = new Errno(Errno.EPERM);
            throw RuncsException.At($"{step.JsonPath}.options", $"{what}: {denied.Describe("mount_setattr", step.Destination)}", denied);
        }
        return Attributes.TryChange(mount, set & ~Atime, clear & ~(locked | Atime));
    }
}
