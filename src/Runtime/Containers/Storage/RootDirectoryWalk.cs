// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Containers.Storage;

/// <summary>
/// From / to a root directory, name by name: every directory and link belongs to the caller or root, and nobody else can exchange a
/// name there. So the path stays as it was walked, and can be used as a path.
/// </summary>
/// <param name="source">What named it, for messages.</param>
internal sealed class RootDirectoryWalk(string source) : IDisposable
{
    // path_resolution(7): the kernel's limit.
    private const int MostLinks = 40;

    private readonly Stack<string> _rest = new();
    private string _path = "/";
    private Fd _directory = OpenTop();
    private FileStatus _status;

    /// <summary>Until a name is missing: create makes the rest.</summary>
    /// <exception cref="RuncsException"/>
    public void To(string root)
    {
        Push(root);
        _status = FileStatus.Of(_directory);
        int links = 0;
        while (_rest.TryPop(out string? name))
        {
            StateOwner.RequireTrusted(_status, source, _path);
            string path = Join(_path, name);
            Errno errno = Files.TryOpenAt(_directory.Value, name, O_PATH | O_NOFOLLOW, 0, out Fd? next);
            if (errno.Value == Errno.ENOENT) return;
            errno.OrThrow(source, "openat", path);
            FileStatus status = FileStatus.Of(next!);
            if (status.IsSymlink)
            {
                if (++links > MostLinks) throw new Errno(Errno.ELOOP).Failure(source, "openat", path);
                using (next) Follow(next!, status, path);
                continue;
            }
            Enter(next!, status, path);
            // The command reports it.
            if (!status.IsDirectory) return;
        }
        StateOwner.Require(_status, source, root);
    }

    public void Dispose() => _directory.Dispose();

    private static Fd OpenTop() => Files.Open("/", O_PATH | O_DIRECTORY);

    private void Enter(Fd next, FileStatus status, string path)
    {
        _directory.Dispose();
        (_directory, _status, _path) = (next, status, path);
    }

    private void Follow(Fd link, FileStatus status, string path)
    {
        StateOwner.RequireCallerOrRoot(status, source, path);
        string? target = FileNodes.TryReadLinkAt(link.Value, "", out Errno errno);
        errno.OrThrow(source, "readlinkat", path);
        Push(target!);
        if (!target!.StartsWith('/')) return;
        Fd top = OpenTop();
        Enter(top, FileStatus.Of(top), "/");
    }

    private void Push(string path)
    {
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = names.Length - 1; i >= 0; i--)
            if (names[i] != ".") _rest.Push(names[i]);
    }

    private static string Join(string path, string name) =>
        name != ".." ? path.Length == 1 ? path + name : $"{path}/{name}"
        : path.LastIndexOf('/') is > 0 and var end ? path[..end] : "/";
}
