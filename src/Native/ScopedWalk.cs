// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using static Runcs.Native.OpenFlags;
using static Runcs.Native.ResolveFlags;

namespace Runcs.Native;

/// <summary>
/// openat2(2) in user space, if an outer container's seccomp filter refuses it. It walks the path component by component
/// with O_PATH and O_NOFOLLOW, reads links and walks their text, and returns for <c>..</c> to the previous descriptor. So
/// no rename and no swapped link can escape. It is slower and equally strict: it fails with the kernel's errno, EXDEV or
/// ELOOP.
/// </summary>
internal sealed class ScopedWalk : IDisposable
{
    // path_resolution(7): the kernel's limit.
    private const int MostLinks = 40;

    private readonly List<Fd> _way = [];
    private readonly ResolveFlags _resolve;
    private readonly ulong _rootMount;
    private int _links;

    private ScopedWalk(Fd root, ResolveFlags resolve)
    {
        _way.Add(root);
        _resolve = resolve;
        if (Has(RESOLVE_NO_XDEV)) _rootMount = FileStatus.Of(root).MountId;
    }

    /// <param name="dir">The start of the walk; with RESOLVE_IN_ROOT or RESOLVE_BENEATH also its boundary.</param>
    /// <param name="path">Relative, or with RESOLVE_IN_ROOT interpreted below <paramref name="dir"/>.</param>
    /// <param name="flags">Of open(2), without O_CREAT.</param>
    /// <param name="resolve">RESOLVE_*, as of openat2(2).</param>
    /// <param name="fd">The file, close-on-exec.</param>
    public static Errno TryOpen(int dir, string path, OpenFlags flags, ResolveFlags resolve, out Fd? fd)
    {
        fd = null;
        bool scoped = (resolve & (RESOLVE_IN_ROOT | RESOLVE_BENEATH)) != 0;
        if (path.Length == 0) return new Errno(Errno.ENOENT);
        if (path[0] == '/' && (resolve & RESOLVE_BENEATH) != 0) return new Errno(Errno.EXDEV);
        string start = !scoped && path[0] == '/' ? "/" : ".";
        Errno errno = Files.TryOpenAt(dir, start, O_PATH | O_DIRECTORY, 0, out Fd? root);
        if (errno.IsError) return errno;
        using var walk = new ScopedWalk(root!, resolve);
        return walk.Walk(path, flags, out fd);
    }

    public void Dispose()
    {
        foreach (Fd fd in _way) fd.Dispose();
    }

    private bool Has(ResolveFlags flag) => (_resolve & flag) != 0;

    private Errno Walk(string path, OpenFlags flags, out Fd? fd)
    {
        fd = null;
        var rest = new Stack<string>();
        Push(rest, path);
        bool directory = (flags & O_DIRECTORY) != 0 || path.EndsWith('/') || path.EndsWith("/.", StringComparison.Ordinal);
        while (rest.TryPop(out string? name))
        {
            if (name == ".") continue;
            if (name == "..")
            {
                Errno up = Up();
                if (up.IsError) return up;
                continue;
            }
            bool last = rest.Count == 0;
            Errno errno = Files.TryOpenAt(_way[^1].Value, name, O_PATH | O_NOFOLLOW, 0, out Fd? next);
            if (errno.IsError) return errno;
            FileStatus status = FileStatus.Of(next!);
            if (status.IsSymlink && !(last && !directory && (flags & O_NOFOLLOW) != 0))
            {
                using (next) errno = Follow(next!, rest, ref directory);
                if (errno.IsError) return errno;
                continue;
            }
            errno = Judge(status, directory || !last);
            if (errno.IsError || (last && (flags & O_PATH) == 0))
            {
                using (next) return errno.IsError ? errno : OpenForReal(name, status, flags, out fd);
            }
            _way.Add(next!);
        }
        Fd end = _way[^1];
        if ((flags & O_PATH) == 0) return Files.TryOpenAt(end.Value, ".", flags, 0, out fd);
        _way.RemoveAt(_way.Count - 1);
        fd = end;
        return Errno.None;
    }

    private Errno Judge(FileStatus status, bool directory)
    {
        if (directory && !status.IsDirectory) return new Errno(Errno.ENOTDIR);
        return Has(RESOLVE_NO_XDEV) && status.MountId != _rootMount ? new Errno(Errno.EXDEV) : Errno.None;
    }

    // The name may have become a link since the check: then O_NOFOLLOW fails with ELOOP, correctly. If it has become
    // another file, that file could have been opened anyway, except a device, which opening could activate.
    private Errno OpenForReal(string name, FileStatus seen, OpenFlags flags, out Fd? fd)
    {
        Errno errno = Files.TryOpenAt(_way[^1].Value, name, flags | O_NOFOLLOW | O_NONBLOCK, 0, out fd);
        if (errno.IsError) return errno;
        if (!FileStatus.Of(fd!).IsSameFileAs(seen))
        {
            fd!.Dispose();
            fd = null;
            return new Errno(Errno.EAGAIN);
        }
        if ((flags & O_NONBLOCK) == 0) Descriptors.TrySetNonBlocking(fd!.Value, false);
        return Errno.None;
    }

    private Errno Up()
    {
        if (_way.Count > 1)
        {
            _way[^1].Dispose();
            _way.RemoveAt(_way.Count - 1);
            return Errno.None;
        }
        if (Has(RESOLVE_IN_ROOT)) return Errno.None;
        if (Has(RESOLVE_BENEATH)) return new Errno(Errno.EXDEV);
        Errno errno = Files.TryOpenAt(_way[0].Value, "..", O_PATH | O_DIRECTORY, 0, out Fd? parent);
        if (errno.IsError) return errno;
        _way[0].Dispose();
        _way[0] = parent!;
        return Errno.None;
    }

    // A magic link of procfs (proc(5): exe, cwd, root, fd/*) is never followed by the kernel: it is refused if the caller
    // asks for that, else walked as text.
    private Errno Follow(Fd link, Stack<string> rest, ref bool directory)
    {
        if (Has(RESOLVE_NO_SYMLINKS) || ++_links > MostLinks) return new Errno(Errno.ELOOP);
        string? target = FileNodes.TryReadLinkAt(link.Value, "", out Errno errno);
        if (target == null) return errno;
        if (target.Length == 0) return new Errno(Errno.ENOENT);
        if (Has(RESOLVE_NO_MAGICLINKS) && IsMagic(link, target)) return new Errno(Errno.ELOOP);
        if (target[0] == '/')
        {
            if (Has(RESOLVE_BENEATH)) return new Errno(Errno.EXDEV);
            errno = BackToRoot();
            if (errno.IsError) return errno;
        }
        if (rest.Count == 0 && target.EndsWith('/')) directory = true;
        Push(rest, target);
        return Errno.None;
    }

    // The ordinary links of procfs (self, thread-self, mounts, net) are relative paths.
    private static bool IsMagic(Fd link, string target) => (target[0] == '/' || target.Contains(":[", StringComparison.Ordinal))
        && !Mounts.TryStatfs(link.Value, out long type, out _).IsError && type == Mounts.PROC_SUPER_MAGIC;

    private Errno BackToRoot()
    {
        while (_way.Count > 1)
        {
            _way[^1].Dispose();
            _way.RemoveAt(_way.Count - 1);
        }
        if (Has(RESOLVE_IN_ROOT)) return Errno.None;
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, "/", O_PATH | O_DIRECTORY, 0, out Fd? root);
        if (errno.IsError) return errno;
        _way[0].Dispose();
        _way[0] = root!;
        return Errno.None;
    }

    private static void Push(Stack<string> rest, string path)
    {
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = names.Length - 1; i >= 0; i--) rest.Push(names[i]);
    }
}
