// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using static Runcs.Native.MountApi;
using static Runcs.Native.Mounts;

namespace Runcs.Rootfs;

/// <summary>
/// Changes flags and propagation of a mount by its descriptor: mount_setattr(2), or before Linux 5.12 (and where an outer
/// filter refuses it) mount(2), which wants a path. That path is the descriptor's name in a procfs directory that was
/// opened while /proc was still the host's.
/// </summary>
internal sealed class MountAttributes : IDisposable
{
    private readonly Fd? _descriptors;

    public MountAttributes()
    {
        // No mount is touched: descriptor -1 is EBADF wherever the call exists (if it asks for nothing, it succeeds).
        Errno errno = TryMountSetattr(-1, 0, new mount_attr { attr_set = MOUNT_ATTR_RDONLY });
        if (errno.Value != Errno.EBADF) _descriptors = Files.Open("/proc/self/fd", Files.O_PATH | Files.O_DIRECTORY);
    }

    /// <summary>Whether a mount can be changed before it is attached; with mount(2) only afterwards.</summary>
    public bool OnDetached => _descriptors == null;

    public void Dispose() => _descriptors?.Dispose();

    /// <summary>Sets and clears MOUNT_ATTR_* of one mount.</summary>
    public Errno TryChange(Fd mount, ulong set, ulong clear) => _descriptors == null
        ? TryMountSetattr(mount.Value, 0, new mount_attr { attr_set = set, attr_clr = clear })
        : TryRemount(mount, set, clear);

    /// <summary>Sets and clears MOUNT_ATTR_* of a mount and all below it; ENOSYS before Linux 5.12.</summary>
    public Errno TryChangeTree(Fd mount, ulong set, ulong clear) => _descriptors == null
        ? TryMountSetattr(mount.Value, AT_RECURSIVE, new mount_attr { attr_set = set, attr_clr = clear })
        : new Errno(Errno.ENOSYS);

    /// <param name="propagation">One of MS_SHARED, MS_SLAVE, MS_PRIVATE, MS_UNBINDABLE; with MS_REC of the tree.</param>
    public Errno TryPropagate(Fd mount, ulong propagation) => _descriptors == null
        ? TryMountSetattr(mount.Value, (propagation & MS_REC) != 0 ? AT_RECURSIVE : 0, new mount_attr { propagation = propagation & ~MS_REC })
        : TryMountOn(mount, propagation);

    private Errno TryRemount(Fd mount, ulong set, ulong clear)
    {
        Errno errno = TryStatfs(mount.Value, out _, out long now);
        if (errno.IsError) return errno;
        ulong attributes = (FromStatfs((ulong)now) & ~clear) | set;
        ulong flags = MS_REMOUNT | MS_BIND | (attributes & (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC));
        if ((attributes & MOUNT_ATTR_NOSYMFOLLOW) != 0) flags |= MS_NOSYMFOLLOW;
        if ((attributes & MOUNT_ATTR_NODIRATIME) != 0) flags |= MS_NODIRATIME;
        flags |= (attributes & MOUNT_ATTR__ATIME) switch
        {
            MOUNT_ATTR_NOATIME => MS_NOATIME,
            MOUNT_ATTR_STRICTATIME => MS_STRICTATIME,
            _ => MS_RELATIME,
        };
        return TryMountOn(mount, flags);
    }

    // statvfs(3): the first four have the values of MS_* and of MOUNT_ATTR_*, the others values of their own.
    private static ulong FromStatfs(ulong flags)
    {
        const ulong ST_NOATIME = 0x400, ST_NODIRATIME = 0x800, ST_RELATIME = 0x1000, ST_NOSYMFOLLOW = 0x2000;
        ulong attributes = flags & (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
        if ((flags & ST_NOSYMFOLLOW) != 0) attributes |= MOUNT_ATTR_NOSYMFOLLOW;
        if ((flags & ST_NODIRATIME) != 0) attributes |= MOUNT_ATTR_NODIRATIME;
        return attributes | ((flags & ST_NOATIME) != 0 ? MOUNT_ATTR_NOATIME : (flags & ST_RELATIME) != 0 ? MOUNT_ATTR_RELATIME : MOUNT_ATTR_STRICTATIME);
    }

    // The working directory is lost: whoever cares for it (the pivot, the hooks) sets it first.
    private Errno TryMountOn(Fd mount, ulong flags)
    {
        Errno errno = Processes.TryChdir(_descriptors!.Value);
        return errno.IsError ? errno : TryMount(null, mount.Value.ToString(), null, flags, null);
    }
}
