// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Containers.Storage;

public sealed partial class StateDirectory
{
    private const int MostTries = 10;

    /// <summary>
    /// Removes the directory and its contents, the record last: after an interrupted removal the container can be deleted
    /// again. A missing directory is not an error.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public void Remove()
    {
        Unlink(StartName);
        Unlink(ReportName);
        Unlink(ConfigName);
        Unlink(InitName);
        Unlink(RecordName);
        Errno errno = FileNodes.TryUnlinkAt(Files.AT_FDCWD, Path, AtFlags.AT_REMOVEDIR);
        // Once ours is gone, the path belongs to a new container with the same id.
        if (!errno.IsError || errno.Value == Errno.ENOENT || !IsLinked) return;
        // A keeper may still begin a new file of its log, with the last output.
        for (int tries = 0; tries < MostTries && errno.Value is (Errno.ENOTEMPTY or Errno.EEXIST); tries++)
        {
            Empty(_directory.Value, Path);
            errno = FileNodes.TryUnlinkAt(Files.AT_FDCWD, Path, AtFlags.AT_REMOVEDIR);
        }
        errno.OrThrow("unlinkat", Path);
    }

    private void Unlink(string name)
    {
        Errno errno = FileNodes.TryUnlinkAt(_directory.Value, name);
        if (errno.IsError && errno.Value is not (Errno.ENOENT or Errno.EISDIR)) throw errno.Failure("unlinkat", $"{Path}/{name}");
    }

    private static void Empty(int directory, string path)
    {
        foreach (string name in FileNodes.List(directory, path))
        {
            Errno errno = FileNodes.TryUnlinkAt(directory, name);
            if (errno.Value == Errno.EISDIR)
            {
                using (Fd inner = Files.OpenAt(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW))
                    Empty(inner.Value, $"{path}/{name}");
                errno = FileNodes.TryUnlinkAt(directory, name, AtFlags.AT_REMOVEDIR);
            }
            if (errno.IsError && errno.Value != Errno.ENOENT) throw errno.Failure("unlinkat", $"{path}/{name}");
        }
    }
}
