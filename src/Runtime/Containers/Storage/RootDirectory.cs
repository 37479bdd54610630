// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Containers.Storage;

/// <summary>Judges the directory of all state directories before a command trusts what is in it (docs/decisions/0028).</summary>
public static class RootDirectory
{
    /// <summary>A directory that does not exist yet is made by create, accessible to its owner alone.</summary>
    /// <param name="root">Absolute, without <c>..</c>.</param>
    /// <param name="source">What named it, for messages: <c>--root</c>.</param>
    /// <exception cref="RuncsException">It is somebody else's, or somebody else can exchange it or write in it.</exception>
    public static void Judge(string root, string source)
    {
        if (!StateOwner.CallerIsRoot)
        {
            using var walk = new RootDirectoryWalk(source);
            walk.To(root);
            return;
        }
        // Its way is not walked: a user who exchanges a directory above has none of root's to put there, and each state directory
        // is judged too.
        Errno errno = FileStatus.TryAt(Files.AT_FDCWD, root, 0, out FileStatus status);
        if (errno.Value is Errno.ENOENT or Errno.ENOTDIR) return;
        errno.OrThrow(source, "statx", root);
        // The command reports it.
        if (!status.IsDirectory) return;
        if (StateOwner.IsSticky(status)) StateOwner.RequireCaller(status, source, root);
        else StateOwner.Require(status, source, root);
    }
}
