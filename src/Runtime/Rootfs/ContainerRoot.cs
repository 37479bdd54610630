// SPDX-License-Identifier: Apache-2.0
// Run by the container's init, as root, while the owner of the image or a volume may rename files in it.
using System;
using Runcs.Native;
using static Runcs.Native.Files;
using static Runcs.Native.OpenFlags;
using static Runcs.Native.ResolveFlags;

namespace Runcs.Rootfs;

/// <summary>
/// Opens and makes files inside the container's root, by descriptor: openat2(2) with RESOLVE_IN_ROOT, so that neither
/// <c>..</c> nor a swapped symbolic link leads out (CVE-2021-30465, CVE-2024-45310, CVE-2026-41579). All descriptors are
/// O_PATH: opening them activates no device and no fifo.
/// </summary>
internal sealed class ContainerRoot(Fd root) : IDisposable
{
    private const ResolveFlags InRoot = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    private const int MostLinks = 40; // path_resolution(7)
    private const int DirectoryMode = 0x1ED /* 0755 */;

    public Fd Descriptor => root;

    public void Dispose() => root.Dispose();

    /// <summary>Opens a path, following symbolic links inside the root; O_DIRECTORY and O_NOFOLLOW may be added.</summary>
    public Errno TryOpen(string path, OpenFlags flags, out Fd? fd) => TryOpenAt2(root.Value, path, O_PATH | flags, InRoot, 0, out fd);

    /// <summary>Opens a path in which no component is a symbolic link; ELOOP if one is.</summary>
    public Errno TryOpenPlain(string path, OpenFlags flags, out Fd? fd) =>
        TryOpenAt2(root.Value, path, O_PATH | flags, RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS, 0, out fd);

    /// <summary>Opens a directory and makes its missing components.</summary>
    /// <exception cref="RuncsException"/>
    public Fd OpenOrMakeDirectory(string path)
    {
        int links = 0;
        return OpenOrMake(path, directory: true, ref links);
    }

    /// <summary>
    /// Makes a missing directory or empty file and the missing directories above it, and opens it.
    /// <paramref name="links"/> is the number of dangling symbolic links on the way.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public Fd Make(string path, bool directory, out int links)
    {
        links = 0;
        return MakeMissing(path, directory, ref links);
    }

    /// <summary>The directory of a clean path and the name in it.</summary>
    public static (string Directory, string Name) Split(string path)
    {
        int slash = path.LastIndexOf('/');
        return (slash <= 0 ? "/" : path[..slash], path[(slash + 1)..]);
    }

    private Fd OpenOrMake(string path, bool directory, ref int links)
    {
        Errno errno = TryOpen(path, directory ? O_DIRECTORY : 0, out Fd? fd);
        if (!errno.IsError) return fd!;
        return errno.Value == Errno.ENOENT ? MakeMissing(path, directory, ref links) : throw errno.Failure("openat2", path);
    }

    private Fd OpenExisting(string path, bool directory)
    {
        TryOpen(path, directory ? O_DIRECTORY : 0, out Fd? fd).OrThrow("openat2", path);
        return fd!;
    }

    private Fd MakeMissing(string path, bool directory, ref int links)
    {
        (string parentPath, string name) = Split(path.TrimEnd('/'));
        using Fd parent = OpenOrMake(parentPath, directory: true, ref links);
        // All directories before it exist by now, so the kernel can resolve it.
        if (name is "" or "." or "..") return OpenExisting(path, directory);
        // mknod(2) and not open(2): a file created meanwhile, such as a fifo or a terminal, must not be opened for real.
        Errno errno = directory
            ? FileNodes.TryMkdirAt(parent.Value, name, DirectoryMode)
            : FileNodes.TryMknodAt(parent.Value, name, FileStatus.S_IFREG | DirectoryMode, 0);
        if (errno.Value == Errno.EEXIST && FileNodes.TryReadLinkAt(parent.Value, name, out _) is { } target)
        {
            // A link to a missing target: as with runc, the target is made inside the root.
            if (++links > MostLinks) throw new Errno(Errno.ELOOP).Failure("openat2", path);
            return OpenOrMake(target.StartsWith('/') ? target : parentPath + "/" + target, directory, ref links);
        }
        if (errno.IsError && errno.Value != Errno.EEXIST)
        {
            // Without a user namespace root may write everywhere.
            throw errno.Failure(directory ? "mkdirat" : "mknodat", path).WithHint(errno.Value == Errno.EACCES
                ? "it is missing, and the container's root has no right to make it there: make it beforehand, or give the directory to ids of the mappings" : "");
        }
        // If the name was replaced by a link meanwhile, this fails with ELOOP or ENOTDIR, and create fails.
        OpenFlags flags = O_PATH | O_NOFOLLOW | (directory ? O_DIRECTORY : 0);
        errno = TryOpenAt2(parent.Value, name, flags, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS, 0, out Fd? fd);
        errno.OrThrow("openat2", path);
        return fd!;
    }
}
