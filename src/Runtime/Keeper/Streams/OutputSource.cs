// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Keeper.Logs;
using Runcs.Native;
using Runcs.Supervision;

namespace Runcs.Keeper.Streams;

/// <summary>One output of the program: the end of a pipe, or the master of its terminal. Non-blocking, and this object's.</summary>
internal sealed class OutputSource : IDisposable
{
    private const int Turns = 8, Chunk = 32 << 10;

    // There is one thread: all sources share it.
    private static readonly byte[] _buffer = new byte[Chunk];

    private readonly Fd _source;
    private readonly LogStream _stream;
    private readonly OutputHandler _handle;
    private readonly Action _finished;
    private readonly Func<bool>? _reopens;
    private readonly Watch _watch;
    private bool _isFinished;

    /// <param name="reopens">Of a terminal: called when no process has it open; whether there may be more. Null for a pipe.</param>
    /// <param name="finished">Called once, at the end.</param>
    public OutputSource(EventLoop loop, Fd source, LogStream stream, OutputHandler handle, Func<bool>? reopens, Action finished)
    {
        (_source, _stream, _handle, _reopens, _finished) = (source, stream, handle, reopens, finished);
        Descriptors.TrySetNonBlocking(source.Value, true);
        _watch = loop.Add(source.Value, PollEvents.POLLIN, _ => Move(Turns));
    }

    /// <summary>The program has ended: takes what it has written.</summary>
    /// <param name="isComplete">Nobody else writes any more.</param>
    public void Drain(bool isComplete)
    {
        if (!_isFinished) Move(int.MaxValue);
        if (isComplete) Finish();
    }

    public void Hold(bool holds)
    {
        if (!_isFinished) _watch.Await(holds ? 0 : PollEvents.POLLIN);
    }

    public void Dispose()
    {
        if (_isFinished) return;
        _isFinished = true;
        _watch.Dispose();
        _source.Dispose();
    }

    private void Move(int turns)
    {
        // A turn ends even if the source is never empty: others wait too.
        for (int turn = 0; turn < turns && !_isFinished; turn++)
        {
            Errno errno = Files.TryRead(_source.Value, _buffer, out int count);
            if (errno.Value == Errno.EAGAIN) return;
            // EIO: nobody has the terminal open any more (pty(7)).
            if (errno.Value == Errno.EIO && _reopens != null && _reopens()) return;
            if (errno.IsError || count == 0) Finish();
            else _handle(_stream, _buffer.AsSpan(0, count));
        }
    }

    private void Finish()
    {
        if (_isFinished) return;
        Dispose();
        _finished();
    }
}
