// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Terminal;

/// <summary>
/// One of the caller's standard streams, for the relay. The relay must not block on it, since signals would wait, and
/// must not make it non-blocking: O_NONBLOCK belongs to the open file description, which the caller and others share. So
/// pipes and terminals are opened again, for a flag of our own; if that fails, it writes small pieces after poll(2).
/// </summary>
internal sealed class CallerStream : IDisposable
{
    /// <summary>The amount that a writable pipe accepts at once: PIPE_BUF of pipe(7).</summary>
    private const int PipeBuffer = 4096;

    private readonly int _stream;
    private readonly Fd? _own;

    private CallerStream(int stream, Fd? own, bool isTerminal) => (_stream, _own, IsTerminal) = (stream, own, isTerminal);

    public int Fd => _own?.Value ?? _stream;

    public bool IsTerminal { get; }

    /// <summary>The most bytes of one write.</summary>
    public int WriteLimit => _own != null ? int.MaxValue : PipeBuffer;

    /// <summary>Null if the stream is closed.</summary>
    public static CallerStream? TryOpen(int stream)
    {
        if (FileStatus.TryAt(stream, "", AtFlags.AT_EMPTY_PATH, out FileStatus status).IsError) return null;
        bool isTerminal = status.Type == FileStatus.S_IFCHR && Terminals.IsTerminal(stream);
        // A master opened again would belong to another terminal.
        bool canReopen = status.Type == FileStatus.S_IFIFO || (isTerminal && status.Node != Terminals.MultiplexerDevice);
        if (!canReopen) return new(stream, null, isTerminal);
        OpenFlags access = stream == StandardStreams.Input ? O_RDONLY : O_WRONLY;
        Files.TryOpenAt(Files.AT_FDCWD, $"/proc/self/fd/{stream}", access | O_NONBLOCK | O_NOCTTY, 0, out Fd? own);
        return new(stream, own, isTerminal);
    }

    public void Dispose() => _own?.Dispose();
}
