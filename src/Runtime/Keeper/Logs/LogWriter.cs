// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Keeper.Logs;

/// <summary>
/// Writes a container's output to its log. A log that cannot be written does not stop the container: the output is lost, and
/// <see cref="Error"/> has the reason.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    private const int Mode = 0b110_100_000, Room = 64 << 10;

    private readonly LogOptions _options;
    private readonly Fd _directory;
    private readonly string _name;
    private readonly byte[] _buffer = new byte[Room];
    private Fd _file;
    private long _size;
    private int _used;
    private bool _isLineOpen;

    private LogWriter(LogOptions options, Fd directory, string name, Fd file) =>
        (_options, _directory, _name, _file, _size) = (options, directory, name, file, (long)FileStatus.Of(file).Size);

    /// <summary>"" if all has been written.</summary>
    public string Error { get; private set; } = "";

    /// <summary>Opens the file to append to; null for <see cref="LogDriver.None"/>.</summary>
    /// <exception cref="RuncsException"/>
    public static LogWriter? Open(LogOptions options)
    {
        if (options.Driver == LogDriver.None) return null;
        int slash = options.Path.LastIndexOf('/');
        string name = options.Path[(slash + 1)..];
        // By the directory: its path may become that of another container's.
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, slash == 0 ? "/" : options.Path[..slash], O_PATH | O_DIRECTORY, 0, out Fd? directory);
        errno.OrThrow("--log-opt", "openat", options.Path);
        errno = Files.TryOpenAt(directory!.Value, name, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY | O_NONBLOCK, Mode, out Fd? file);
        if (!errno.IsError && FileStatus.Of(file!).IsRegular) return new LogWriter(options, directory, name, file!);
        directory.Dispose();
        errno.OrThrow("--log-opt", "openat", options.Path);
        file!.Dispose();
        throw RuncsException.At("--log-opt", $"{options.Path} must be a regular file");
    }

    /// <summary>Writes output of the program, as it came from one read.</summary>
    public void Write(LogStream stream, ReadOnlySpan<byte> data)
    {
        (long seconds, int nanoseconds) = Clock.Now();
        byte[] time = _options.Driver == LogDriver.K8sFile ? LogFormat.Time(seconds, nanoseconds) : [];
        while (!data.IsEmpty)
        {
            ReadOnlySpan<byte> piece = LogFormat.TakePiece(ref data, out bool endsLine);
            int length = time.Length > 0 ? piece.Length + LogFormat.Overhead : piece.Length + (endsLine ? 1 : 0);
            MakeRoom(length);
            Span<byte> target = _buffer.AsSpan(_used);
            if (time.Length > 0) LogFormat.Write(target, time, stream, piece, endsLine);
            else
            {
                piece.CopyTo(target);
                if (endsLine) target[piece.Length] = (byte)'\n';
            }
            _used += length;
            _isLineOpen = !endsLine;
        }
        Flush();
    }

    public void Dispose()
    {
        _file.Dispose();
        _directory.Dispose();
    }

    private void MakeRoom(int length)
    {
        // A plain file begins with a line, if lines are shorter than files.
        bool isBoundary = _options.Driver == LogDriver.K8sFile || !_isLineOpen || _size + _used + length > _options.MaxSize * 2;
        bool isFull = _options.MaxSize > 0 && _size + _used > 0 && _size + _used + length > _options.MaxSize;
        if (_used + length > Room || (isFull && isBoundary)) Flush();
        if (isFull && isBoundary) Rotate();
    }

    private void Flush()
    {
        ReadOnlySpan<byte> rest = _buffer.AsSpan(0, _used);
        _used = 0;
        while (!rest.IsEmpty)
        {
            Errno errno = Files.TryWrite(_file.Value, rest, out int count);
            if (errno.IsError)
            {
                Note(errno.Describe("write", _options.Path));
                return;
            }
            _size += count;
            rest = rest[count..];
        }
    }

    private void Rotate()
    {
        foreach ((string from, string to) in LogRotation.Plan(_name, _options.MaxFiles))
        {
            Errno errno = FileNodes.TryRenameAt(_directory.Value, from, _directory.Value, to);
            if (!errno.IsError || errno.Value == Errno.ENOENT) continue;
            Note(errno.Describe("renameat", from));
            return;
        }
        if (_options.MaxFiles == 1) FileNodes.TryUnlinkAt(_directory.Value, _name);
        Errno opened = Files.TryOpenAt(_directory.Value, _name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, Mode, out Fd? file);
        if (opened.IsError)
        {
            // The output goes on to the file that has been renamed.
            Note(opened.Describe("openat", _options.Path));
            return;
        }
        _file.Dispose();
        (_file, _size) = (file!, 0);
    }

    private void Note(string problem)
    {
        if (Error.Length == 0) Error = problem;
    }
}
