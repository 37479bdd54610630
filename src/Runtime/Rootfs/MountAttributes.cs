// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;
using static Runcs.Native.MountApi;
using static Runcs.Native.MountAttributeFlags;
using static Runcs.Native.MountFlags;
using static Runcs.Native.Mounts;
using static Runcs.Native.OpenFlags;

namespace Runcs.Rootfs;

/// <summary>
/// Changes flags and propagation of a mount by its descriptor: mount_setattr(2), or before Linux 5.12 (and if an outer
/// filter refuses it) mount(2), which takes a path. That path is the descriptor's name in a procfs directory opened while
/// /proc was still the host's.
/// </summary>
internal sealed class MountAttributes : IDisposable
{
    private readonly Fd? _descriptors;

    public MountAttributes()
    {
        // No mount is changed: descriptor -1 is EBADF if the call exists (an empty request would succeed).
        Errno errno = TryMountSetattr(-1, 0, new mount_attr { attr_set = MOUNT_ATTR_RDONLY });
        if (errno.Value != Errno.EBADF) _descriptors = Files.Open("/proc/self/fd", O_PATH | O_DIRECTORY);
    }

    /// <summary>Whether a detached mount can be changed; with mount(2) only an attached one.</summary>
    public bool OnDetached => _descriptors == null;

    public void Dispose() => _descriptors?.Dispose();

    /// <summary>Sets and clears MOUNT_ATTR_* of one mount.</summary>
    public Errno TryChange(Fd mount, MountAttributeFlags set, MountAttributeFlags clear) => _descriptors == null
        ? TryMountSetattr(mount.Value, 0, new mount_attr { attr_set = set, attr_clr = clear })
        : TryRemount(mount, set, clear);

    /// <summary>Sets and clears MOUNT_ATTR_* of a mount and all below it; before Linux 5.12 one after the other.</summary>
    public Errno TryChangeTree(Fd mount, MountAttributeFlags set, MountAttributeFlags clear) => _descriptors == null
        ? TryMountSetattr(mount.Value, AtFlags.AT_RECURSIVE, new mount_attr { attr_set = set, attr_clr = clear })
        : TryRemountTree(mount, set, clear);

    /// <summary>Maps the ids of a detached mount's files, with <paramref name="tree"/> of all below it; ENOSYS before Linux 5.12.</summary>
    public Errno TryMapIds(Fd mount, Fd userNamespace, bool tree) => _descriptors == null
        ? TryMountSetattr(mount.Value, tree ? AtFlags.AT_RECURSIVE : 0, new mount_attr { attr_set = MOUNT_ATTR_IDMAP, userns_fd = (ulong)userNamespace.Value })
        : new Errno(Errno.ENOSYS);

    /// <summary>The attributes of a mount.</summary>
    public static Errno TryRead(Fd mount, out MountAttributeFlags attributes)
    {
        Errno errno = TryStatfs(mount.Value, out _, out long flags);
        attributes = FromStatfs((ulong)flags);
        return errno;
    }

    /// <param name="propagation">One of MS_SHARED, MS_SLAVE, MS_PRIVATE, MS_UNBINDABLE; with MS_REC of the tree.</param>
    public Errno TryPropagate(Fd mount, MountFlags propagation) => _descriptors == null
        ? TryMountSetattr(mount.Value, (propagation & MS_REC) != 0 ? AtFlags.AT_RECURSIVE : 0, new mount_attr { propagation = propagation & ~MS_REC })
        : TryMountOn(mount, propagation);

    /// <summary>Flags by their names in <c>options</c>, for errors.</summary>
    public static string Names(MountAttributeFlags attributes)
    {
        string words = ((attributes & MOUNT_ATTR_RDONLY) != 0 ? "ro," : "") + ((attributes & MOUNT_ATTR_NOSUID) != 0 ? "nosuid," : "")
            + ((attributes & MOUNT_ATTR_NODEV) != 0 ? "nodev," : "") + ((attributes & MOUNT_ATTR_NOEXEC) != 0 ? "noexec," : "")
            + ((attributes & MOUNT_ATTR_NODIRATIME) != 0 ? "nodiratime," : "");
        return words.Length > 0 && (attributes & MOUNT_ATTR__ATIME) == 0 ? words[..^1] : words + (attributes & MOUNT_ATTR__ATIME) switch
        {
            MOUNT_ATTR_NOATIME => "noatime",
            MOUNT_ATTR_STRICTATIME => "strictatime",
            _ => "relatime",
        };
    }

    // The table lists a mount before those on it. A path may lead elsewhere when it is looked up again, so the opened
    // mount must have the id in the table.
    private Errno TryRemountTree(Fd top, MountAttributeFlags set, MountAttributeFlags clear)
    {
        Errno errno = TryRemount(top, set, clear);
        var tree = new HashSet<ulong> { FileStatus.Of(top).MountId };
        foreach (MountEntry entry in MountTable.Read())
        {
            if (errno.IsError) break;
            if (!tree.Contains(entry.Parent)) continue;
            tree.Add(entry.Id);
            errno = Files.TryOpenAt2(Files.AT_FDCWD, entry.Point, O_PATH, ResolveFlags.RESOLVE_NO_SYMLINKS, 0, out Fd? mount);
            if (errno.IsError) break;
            using (mount) errno = FileStatus.Of(mount!).MountId == entry.Id ? TryRemount(mount!, set, clear) : new Errno(Errno.EBUSY);
        }
        return errno;
    }

    private Errno TryRemount(Fd mount, MountAttributeFlags set, MountAttributeFlags clear)
    {
        Errno errno = TryRead(mount, out MountAttributeFlags now);
        if (errno.IsError) return errno;
        return TryMountOn(mount, MS_REMOUNT | MS_BIND | LegacyMounts.FlagsOf((now & ~clear) | set));
    }

    // statvfs(3): the first four have the values of MS_* and of MOUNT_ATTR_*, the others have their own.
    private static MountAttributeFlags FromStatfs(ulong flags)
    {
        const ulong ST_NOATIME = 0x400, ST_NODIRATIME = 0x800, ST_RELATIME = 0x1000, ST_NOSYMFOLLOW = 0x2000;
        var attributes = (MountAttributeFlags)flags & (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
        if ((flags & ST_NOSYMFOLLOW) != 0) attributes |= MOUNT_ATTR_NOSYMFOLLOW;
        if ((flags & ST_NODIRATIME) != 0) attributes |= MOUNT_ATTR_NODIRATIME;
        return attributes | ((flags & ST_NOATIME) != 0 ? MOUNT_ATTR_NOATIME : (flags & ST_RELATIME) != 0 ? MOUNT_ATTR_RELATIME : MOUNT_ATTR_STRICTATIME);
    }

    private Errno TryMountOn(Fd mount, MountFlags flags)
    {
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, ".", O_PATH | O_DIRECTORY, 0, out Fd? before);
        if (errno.IsError) return errno;
        using (before)
        {
            errno = Processes.TryChdir(_descriptors!.Value);
            if (!errno.IsError) errno = TryMount(null, mount.Value.ToString(), null, flags, null);
            Processes.TryChdir(before!.Value);
            return errno;
        }
    }
}
