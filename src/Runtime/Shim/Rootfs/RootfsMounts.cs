// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Native;
using Runcs.Shim.Messages;
using static Runcs.Native.MountFlags;

namespace Runcs.Shim.Rootfs;

/// <summary>
/// The mounts that a snapshotter asks for below a bundle's <c>rootfs</c>, in the host's mount namespace. Disposing it unmounts
/// them, unless <see cref="Keep"/> was called. Run in a clone, whose working directory is its own.
/// </summary>
internal sealed class RootfsMounts : IDisposable
{
    // mount(2) takes at most a page of data; the rest of the overlay's options and its own separators need room too.
    private const int LongestData = 4096 - 512;
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
            for (int i = 0; i < mounts.Count; i++) MountOne(mounts[i], rootfs, $"rootfs[{i}]");
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
                    Clock.Sleep(BusyPause);
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

    private static void MountOne(Mount mount, string rootfs, string jsonPath)
    {
        MountArguments arguments = MountArguments.Parse(mount.Options);
        string target = mount.Target.Length == 0 ? rootfs : $"{rootfs}/{mount.Target.TrimStart('/')}";
        string data = string.Join(',', arguments.Data);
        if (mount.Type == "overlay" && Encoding.UTF8.GetByteCount(data) >= LongestData) data = Shorten(arguments.Data);
        if ((arguments.Flags & MS_REMOUNT) == 0 || data.Length > 0)
        {
            Errno errno = Mounts.TryMount(mount.Source, target, mount.Type, arguments.Flags, data);
            errno.OrThrow(jsonPath, "mount", target);
        }
        // mount(2): the first call of a bind ignores other flags, and propagation is a call of its own.
        if (arguments.Propagation != 0) Mounts.TryMount(null, target, null, arguments.Propagation, null).OrThrow(jsonPath, "mount", target);
        if ((arguments.Flags & (MS_BIND | MS_RDONLY)) == (MS_BIND | MS_RDONLY)) Mounts.TryMount(null, target, null, arguments.Flags | MS_REMOUNT, null).OrThrow(jsonPath, "mount", target);
    }

    // An image of many layers: their directories are named from the one that has them all.
    private static string Shorten(List<string> data)
    {
        const string Key = "lowerdir=";
        var shortened = new List<string>(data);
        int at = data.FindIndex(option => option.StartsWith(Key, StringComparison.Ordinal));
        if (at < 0) return string.Join(',', data);
        string[] directories = data[at][Key.Length..].Split(':');
        int slash = CommonPrefix(directories).LastIndexOf('/');
        if (slash <= 0) return string.Join(',', data);
        string common = directories[0][..slash];
        Errno errno = Processes.TryChdir(common);
        errno.OrThrow("chdir", common);
        shortened[at] = Key + string.Join(':', Array.ConvertAll(directories, directory => directory[(slash + 1)..]));
        return string.Join(',', shortened);
    }

    private static string CommonPrefix(string[] texts)
    {
        string prefix = texts[0];
        foreach (string text in texts)
        {
            int length = 0;
            while (length < prefix.Length && length < text.Length && prefix[length] == text[length]) length++;
            prefix = prefix[..length];
        }
        return prefix;
    }
}
