// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Shim.Streams;

/// <summary>The client's end of an output stream: a FIFO or a file.</summary>
internal sealed class OutputTarget : IDisposable
{
    private Fd? _reader;

    private OutputTarget(Fd writer, Fd? reader, bool isFile) => (Writer, _reader, IsFile) = (writer, reader, isFile);

    /// <summary>Non-blocking. Its new owner closes it.</summary>
    public Fd Writer { get; }

    public bool IsFile { get; }

    /// <summary>
    /// Opens it without waiting for a reader. Of a FIFO this process has a reading end too: then it can be opened, a client
    /// that goes away ends no container (SIGPIPE), and one that comes late finds what was written.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public static OutputTarget Open(string path)
    {
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, out Fd? reader);
        errno.OrThrow("openat", path);
        try
        {
            bool isFifo = FileStatus.Of(reader!).Type == FileStatus.S_IFIFO;
            if (!isFifo)
            {
                reader!.Dispose();
                reader = null;
            }
            errno = Files.TryOpenAt(Files.AT_FDCWD, path, O_WRONLY | O_NONBLOCK | O_NOCTTY | (isFifo ? 0 : O_APPEND), 0, out Fd? writer);
            errno.OrThrow("openat", path);
            return new OutputTarget(writer!, reader, !isFifo);
        }
        catch
        {
            reader?.Dispose();
            throw;
        }
    }

    /// <summary>Opens a file to append to; makes it and its directories.</summary>
    /// <exception cref="RuncsException"/>
    public static OutputTarget Append(string path)
    {
        const int Mode = 0b110_100_100, DirectoryMode = 0b111_101_101;
        for (int slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            Errno made = FileNodes.TryMkdirAt(Files.AT_FDCWD, path[..slash], DirectoryMode);
            if (made.Value is not (Errno.EEXIST or Errno.EISDIR or Errno.EROFS)) made.OrThrow("mkdirat", path[..slash]);
        }
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY, Mode, out Fd? writer);
        errno.OrThrow("openat", path);
        return new OutputTarget(writer!, null, isFile: true);
    }

    /// <summary>Closes the reading end: what no client has read is lost.</summary>
    public void Dispose()
    {
        _reader?.Dispose();
        _reader = null;
    }
}
