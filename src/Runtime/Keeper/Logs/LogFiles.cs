// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Keeper.Logs;

/// <summary>Finds the files of a log, while a keeper may rotate them.</summary>
internal static class LogFiles
{
    /// <summary>Opens all, the oldest first.</summary>
    /// <exception cref="RuncsException"/>
    public static List<Fd> OpenAll(string path)
    {
        var files = new List<Fd>();
        var seen = new List<FileStatus>();
        // From the newest on: one that is renamed meanwhile is met again, and none is missed.
        foreach (int number in Numbers(path))
        {
            if (TryOpen(LogRotation.Name(path, number)) is not { } file) continue;
            FileStatus status = FileStatus.Of(file);
            if (seen.Exists(status.IsSameFileAs))
            {
                file.Dispose();
                continue;
            }
            seen.Add(status);
            files.Insert(0, file);
        }
        return files;
    }

    /// <summary>The file that follows a file; null while it is the newest.</summary>
    /// <exception cref="RuncsException"/>
    public static Fd? OpenNext(string path, FileStatus current)
    {
        Errno errno = FileStatus.TryAt(Files.AT_FDCWD, path, 0, out FileStatus newest);
        if (!errno.IsError && newest.IsSameFileAs(current)) return null;
        List<Fd> files = OpenAll(path);
        int next = files.FindIndex(file => FileStatus.Of(file).IsSameFileAs(current)) + 1;
        Fd? found = next < files.Count ? files[next] : null;
        foreach (Fd file in files)
            if (file != found) file.Dispose();
        return found;
    }

    private static Fd? TryOpen(string path)
    {
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, out Fd? file);
        if (errno.Value == Errno.ENOENT) return null;
        errno.OrThrow("openat", path);
        return file;
    }

    private static List<int> Numbers(string path)
    {
        int slash = path.LastIndexOf('/');
        string directory = slash == 0 ? "/" : path[..slash];
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, directory, O_RDONLY | O_DIRECTORY, 0, out Fd? opened);
        // The container has been deleted, with the log that was in its state directory.
        if (errno.Value == Errno.ENOENT) return [];
        errno.OrThrow("openat", directory);
        using (opened) return LogRotation.Find(FileNodes.List(opened!.Value, directory), path[(slash + 1)..]);
    }
}
