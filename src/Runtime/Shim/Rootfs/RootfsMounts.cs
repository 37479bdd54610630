// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;
using Runcs.Rootfs;
using Runcs.Shim.Messages;
using static Runcs.Native.MountFlags;

namespace Runcs.Shim.Rootfs;

/// <summary>
/// The mounts that a snapshotter asks for below a bundle's <c>rootfs</c>, in the host's mount namespace. Disposing it unmounts
/// them, unless <see cref="Keep"/> was called. Run in a clone, whose working directory is its own.
/// </summary>
internal sealed class RootfsMounts : IDisposable
{
    private const int Mode = 0b111_001_001, MostMounts = 1000;

    // Others unmount too: a process that is being executed, or an indexer, has it in use for a moment.
    private const int BusyTries = 100, BusyPause = 20;

    private readonly string _rootfs;
    private bool _kept;

    private RootfsMounts(string rootfs) => _rootfs = rootfs;

    /// <param name="mounts">In their order; none leaves the directory as it is.</param>
    /// <param name="rootfs">Made, unless it exists.</param>
    /// <exception cref="RuncsException"/>
    public static RootfsMounts Mount(List<Mount> mounts, string rootfs)
    {
        var made = new RootfsMounts(rootfs);
        if (mounts.Count == 0)
        {
            made.Keep();
            return made;
        }
        Errno errno = FileNodes.TryMkdirAt(Files.AT_FDCWD, rootfs, Mode);
        if (errno.Value != Errno.EEXIST) errno.OrThrow("mkdirat", rootfs);
        try
        {
            for (int i = 0; i < mounts.Count; i++) made.MountOne(mounts[i], $"rootfs[{i}]");
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>The mounts stay.</summary>
    public void Keep() => _kept = true;

    /// <summary>Unmounts all that is mounted at a path.</summary>
    /// <exception cref="RuncsException"/>
    public static void Unmount(string rootfs)
    {
        for (int count = 0, busy = 0; count < MostMounts;)
        {
            Errno errno = Mounts.TryUmount(rootfs, UmountFlags.UMOUNT_NOFOLLOW);
            switch (errno.Value)
            {
                // Nothing is mounted there.
                case Errno.EINVAL or Errno.ENOENT or Errno.ENOTDIR:
                    return;
                // A mount below it, or a file in use.
                case Errno.EBUSY when busy++ < BusyTries:
                    if (!UnmountBelow(rootfs)) Clock.Sleep(BusyPause);
                    break;
                case Errno.EBUSY:
                    errno = Mounts.TryUmount(rootfs, UmountFlags.UMOUNT_NOFOLLOW | UmountFlags.MNT_DETACH);
                    errno.OrThrow("umount2", rootfs);
                    count++;
                    break;
                default:
                    errno.OrThrow("umount2", rootfs);
                    count++;
                    break;
            }
        }
    }

    public void Dispose()
    {
        if (!_kept) Unmount(_rootfs);
    }

    // Later mounts first: they may be on earlier ones. True if there was one.
    private static bool UnmountBelow(string rootfs)
    {
        bool found = false;
        List<MountEntry> mounts = MountTable.Read();
        for (int i = mounts.Count - 1; i >= 0; i--)
        {
            if (mounts[i].Point.StartsWith(rootfs + "/", StringComparison.Ordinal)) found |= !Mounts.TryUmount(mounts[i].Point, UmountFlags.UMOUNT_NOFOLLOW).IsError;
        }
        return found;
    }

    /// <summary>Removes what a clone that was killed while it mounted has left beside the root file system.</summary>
    /// <exception cref="RuncsException"/>
    public static void RemoveLayers(string rootfs) => LowerLayers.Remove(LayersOf(rootfs));

    private void MountOne(Mount mount, string jsonPath)
    {
        MountArguments arguments = MountArguments.Parse(mount.Options);
        string target = mount.Target.Length == 0 ? _rootfs : Resolve(_rootfs, mount.Target, jsonPath);
        using MappedIds? ids = arguments.Uids.Length > 0 || arguments.Gids.Length > 0 ? MappedIds.Make(arguments.Uids, arguments.Gids, jsonPath) : null;
        if (mount.Type == "overlay")
        {
            // The kernel maps the ids of an overlay by those of its layers; the upper one is the container's own already.
            using LowerLayers? layers = ids == null ? null : LowerLayers.Map(arguments.Data, ids, LayersOf(_rootfs), jsonPath);
            Mount(mount, arguments, target, LowerLayers.Shorten(layers?.Data ?? arguments.Data), jsonPath);
            return;
        }
        Mount(mount, arguments, target, string.Join(',', arguments.Data), jsonPath);
        if (ids == null) return;
        using Fd copy = ids.Copy(target, isReadOnly: false, jsonPath);
        Mounts.TryUmount(target, UmountFlags.UMOUNT_NOFOLLOW | UmountFlags.MNT_DETACH).OrThrow(jsonPath, "umount2", target);
        Attach(copy, target, jsonPath);
    }

    // A mount before it may have brought an image's symbolic links: they lead nowhere outside.
    private static string Resolve(string rootfs, string target, string jsonPath)
    {
        using Fd root = Files.Open(rootfs, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        Errno errno = Files.TryOpenAt2(root.Value, target.TrimStart('/'), OpenFlags.O_PATH, ResolveFlags.RESOLVE_IN_ROOT | ResolveFlags.RESOLVE_NO_MAGICLINKS, 0, out Fd? place);
        errno.OrThrow(jsonPath, "openat2", target);
        using (place)
        {
            string? path = FileNodes.TryReadLinkAt(Files.AT_FDCWD, place!.ProcPath, out errno);
            errno.OrThrow(jsonPath, "readlinkat", target);
            return path!;
        }
    }

    private static void Mount(Mount mount, MountArguments arguments, string target, string data, string jsonPath)
    {
        if ((arguments.Flags & MS_REMOUNT) == 0 || data.Length > 0)
        {
            // Open until it is mounted: it ends when it is neither.
            using LoopDevice? device = arguments.Loop ? LoopDevice.Make(mount.Source, (arguments.Flags & MS_RDONLY) != 0, arguments.Data.Contains(LoopDevice.DirectOption), jsonPath) : null;
            if (device != null) data = string.Join(',', arguments.Data.FindAll(option => option != LoopDevice.DirectOption));
            Errno errno = Mounts.TryMount(device?.Path ?? mount.Source, target, mount.Type, arguments.Flags, data);
            errno.OrThrow(jsonPath, "mount", target);
        }
        // mount(2): the first call of a bind ignores other flags, and propagation is a call of its own.
        if (arguments.Propagation != 0) Mounts.TryMount(null, target, null, arguments.Propagation, null).OrThrow(jsonPath, "mount", target);
        if ((arguments.Flags & (MS_BIND | MS_RDONLY)) == (MS_BIND | MS_RDONLY)) Mounts.TryMount(null, target, null, arguments.Flags | MS_REMOUNT, null).OrThrow(jsonPath, "mount", target);
    }

    /// <exception cref="RuncsException"/>
    internal static void Attach(Fd mount, string target, string jsonPath)
    {
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, target, OpenFlags.O_PATH | OpenFlags.O_DIRECTORY, 0, out Fd? place);
        errno.OrThrow(jsonPath, "openat", target);
        using (place) errno = MountApi.TryMoveMount(mount.Value, place!.Value);
        errno.OrThrow(jsonPath, "move_mount", target);
    }

    private static string LayersOf(string rootfs) => $"{rootfs[..rootfs.LastIndexOf('/')]}/layers";
}
