// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Containers.Storage;

/// <summary>
/// Files of a state directory. None is followed as a link, blocks, or is used if it is not of the type that runcs makes: a link
/// could lead to the file of another container, and a FIFO or a device has no end.
/// </summary>
internal static class StateFile
{
    private const int Mode = 0b110_000_000;

    /// <summary>The content of a file.</summary>
    /// <param name="directory">A descriptor.</param>
    /// <param name="name">From there.</param>
    /// <param name="path">For messages.</param>
    /// <exception cref="RuncsException"/>
    public static byte[] Read(int directory, string name, string path, int limit)
    {
        Errno errno = TryRead(directory, name, path, limit, out byte[] content);
        errno.OrThrow("openat", path);
        return content;
    }

    /// <summary>As <see cref="Read"/>, with the errno of openat(2).</summary>
    /// <exception cref="RuncsException"/>
    public static Errno TryRead(int directory, string name, string path, int limit, out byte[] content)
    {
        content = [];
        Errno errno = Files.TryOpenAt(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0, out Fd? file);
        if (errno.IsError) return errno;
        using (file)
        {
            FileStatus status = FileStatus.Of(file!);
            if (!status.IsRegular) throw RuncsException.At(path, "must be a regular file");
            StateOwner.Require(status, StateDirectory.Source, path);
            content = Files.ReadToEnd(file!.Value, path, limit, (int)Math.Min(status.Size, (ulong)limit));
            return Errno.None;
        }
    }

    /// <summary>Writes a new file. What has its name, as after a killed command, is removed.</summary>
    /// <exception cref="RuncsException"/>
    public static void Write(int directory, string name, string path, ReadOnlySpan<byte> content)
    {
        Errno errno = TryMake(directory, name, out Fd? file);
        if (errno.Value == Errno.EEXIST)
        {
            errno = FileNodes.TryUnlinkAt(directory, name);
            errno.OrThrow("unlinkat", path);
            errno = TryMake(directory, name, out file);
        }
        errno.OrThrow("openat", path);
        using (file) Files.WriteAll(file!.Value, content, path);
    }

    /// <summary>The write end of a FIFO, non-blocking; null if no process reads it, or there is no such file.</summary>
    /// <param name="exists">There is a FIFO.</param>
    /// <exception cref="RuncsException"/>
    public static Fd? OpenToWrite(int directory, string name, string path, out bool exists)
    {
        exists = false;
        Errno errno = FileStatus.TryAt(directory, name, AtFlags.AT_SYMLINK_NOFOLLOW, out FileStatus status);
        if (errno.Value == Errno.ENOENT) return null;
        errno.OrThrow("statx", path);
        if (status.Type != FileStatus.S_IFIFO) throw RuncsException.At(path, "must be a FIFO");
        exists = true;
        errno = Files.TryOpenAt(directory, name, O_WRONLY | O_NONBLOCK | O_NOFOLLOW, 0, out Fd? file);
        // ENXIO: no process has the FIFO open for reading, fifo(7). ENOENT: the container has just been deleted.
        if (errno.Value is not (Errno.ENXIO or Errno.ENOENT)) errno.OrThrow("openat", path);
        return file;
    }

    private static Errno TryMake(int directory, string name, out Fd? file) =>
        Files.TryOpenAt(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, Mode, out file);
}
