// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Shim.Streams;

/// <summary>The client's end of an output stream: a FIFO or a file.</summary>
internal sealed class OutputTarget : IDisposable
{
    private Fd? _writer, _reader;

    private OutputTarget(Fd writer, Fd? reader, bool isFile) => (_writer, _reader, IsFile) = (writer, reader, isFile);

    public bool IsFile { get; }

    /// <summary>
    /// Opens a FIFO or file without waiting. Of a FIFO this process has a reading end too: then a client that goes away ends
    /// no container (SIGPIPE), and its successor finds what was written.
    /// </summary>
    /// <param name="path">Of a FIFO or a file.</param>
    /// <param name="needsReader">A FIFO that no client has opened yet is not opened: it could miss the output's end.</param>
    /// <returns>Null if it needs a reader and has none.</returns>
    /// <exception cref="RuncsException"/>
    public static OutputTarget? Open(string path, bool needsReader)
    {
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY, 0, out Fd? writer);
        Fd? reader = null;
        if (errno.Value == Errno.ENXIO)
        {
            if (needsReader) return null;
            Files.TryOpenAt(Files.AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, out reader).OrThrow("openat", path);
            errno = Files.TryOpenAt(Files.AT_FDCWD, path, O_WRONLY | O_NONBLOCK | O_NOCTTY, 0, out writer);
        }
        try
        {
            errno.OrThrow("openat", path);
            bool isFifo = FileStatus.Of(writer!).Type == FileStatus.S_IFIFO;
            if (isFifo && reader == null) Files.TryOpenAt(Files.AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, out reader).OrThrow("openat", path);
            return new OutputTarget(writer!, reader, !isFifo);
        }
        catch
        {
            reader?.Dispose();
            writer?.Dispose();
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

    /// <summary>The writing end, non-blocking. The caller closes it.</summary>
    public Fd TakeWriter()
    {
        Fd writer = _writer!;
        _writer = null;
        return writer;
    }

    /// <summary>A FIFO has output that the client has not read.</summary>
    public bool HasUnread
    {
        get
        {
            if (_reader == null) return false;
            Descriptors.PollFd entry = new() { Fd = _reader.Value, Events = PollEvents.POLLIN };
            return !Descriptors.TryPoll(new(ref entry), 0, out _).IsError && (entry.Returned & PollEvents.POLLIN) != 0;
        }
    }

    /// <summary>Closes the reading end: what no client has read is lost.</summary>
    public void Dispose()
    {
        _writer?.Dispose();
        _reader?.Dispose();
        (_writer, _reader) = (null, null);
    }
}
