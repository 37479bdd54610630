// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;
using Runcs.Terminal;

namespace Runcs.Supervision;

/// <summary>
/// Moves one stream of a container's process, from a pipe or a terminal to a FIFO, a pipe, a file or a terminal. A target
/// that takes nothing stops this stream alone. Both descriptors are non-blocking and this object's.
/// </summary>
public sealed class StreamCopy : IDisposable
{
    private const int Chunk = 1 << 20, Turns = 8, QueueSize = 4096;

    // A pipe's buffer, and what it becomes where more output arrives than that.
    private const int PipeSize = 64 << 10, BusyPipeSize = 1 << 20;

    private readonly EventLoop _loop;
    private readonly Fd _source, _target;
    private readonly Action _finished;
    private readonly ByteQueue? _queue;
    private Watch? _watch;
    private bool _waitsForTarget, _isFinished, _isBusy;

    /// <param name="loop">The loop.</param>
    /// <param name="source">To read from.</param>
    /// <param name="target">To write to.</param>
    /// <param name="splices">One of them is a pipe, and splice(2) takes the other.</param>
    /// <param name="finished">Called once: at the source's end, or when the target is gone. Not by <see cref="Dispose"/>.</param>
    /// <exception cref="RuncsException"/>
    public StreamCopy(EventLoop loop, Fd source, Fd target, bool splices, Action finished)
    {
        (_loop, _source, _target, _finished) = (loop, source, target, finished);
        if (!splices) _queue = new ByteQueue(QueueSize);
        AwaitSource();
    }

    private enum Step { Moved, SourceIsEmpty, TargetIsFull, End }

    public void Dispose()
    {
        if (_isFinished) return;
        _isFinished = true;
        _watch?.Dispose();
        _source.Dispose();
        _target.Dispose();
    }

    private void AwaitSource()
    {
        _waitsForTarget = false;
        _watch = _loop.Add(_source.Value, PollEvents.POLLIN, _ => Move());
    }

    private void Move()
    {
        // A turn ends even if the source is never empty: other streams wait too.
        for (int turn = 0; turn < Turns; turn++)
        {
            switch (_queue == null ? Splice() : Copy())
            {
                case Step.SourceIsEmpty:
                    if (_waitsForTarget) Await(target: false);
                    return;
                case Step.TargetIsFull:
                    if (!_waitsForTarget) Await(target: true);
                    return;
                case Step.End:
                    Dispose();
                    _finished();
                    return;
            }
        }
        if (_waitsForTarget) Await(target: false);
    }

    // The other descriptor is not watched meanwhile: epoll(7) always reports a closed end (POLLHUP), and the loop would
    // not sleep.
    private void Await(bool target)
    {
        _watch!.Dispose();
        if (!target)
        {
            AwaitSource();
            return;
        }
        _waitsForTarget = true;
        _watch = _loop.Add(_target.Value, PollEvents.POLLOUT, _ => Move());
    }

    private Step Splice()
    {
        Errno errno = Pipes.TrySplice(_source.Value, _target.Value, Chunk, out int count);
        if (errno.Value == Errno.EAGAIN) return IsFull() ? Step.TargetIsFull : Step.SourceIsEmpty;
        if (errno.IsError || count == 0) return Step.End;
        if (count >= PipeSize && !_isBusy) Grow();
        return Step.Moved;
    }

    // The process writes faster than this loop turns: it gets more room, and so does the reader. A quiet stream's pipes stay
    // small, since what nobody reads is kept in them.
    private void Grow()
    {
        _isBusy = true;
        Pipes.TryResize(_source.Value, BusyPipeSize);
        Pipes.TryResize(_target.Value, BusyPipeSize);
    }

    private Step Copy()
    {
        if (_queue!.IsEmpty)
        {
            Errno errno = _queue.TryFill(_source.Value, out int count);
            if (errno.Value == Errno.EAGAIN) return Step.SourceIsEmpty;
            // EIO: nobody has the terminal open any more (pty(7)).
            if (errno.IsError || count == 0) return Step.End;
        }
        Errno written = _queue.TryDrain(_target.Value);
        if (written.Value == Errno.EAGAIN) return Step.TargetIsFull;
        return written.IsError ? Step.End : Step.Moved;
    }

    private bool IsFull()
    {
        Descriptors.PollFd entry = new() { Fd = _target.Value, Events = PollEvents.POLLOUT };
        return !Descriptors.TryPoll(new(ref entry), 0, out int ready).IsError && ready == 0;
    }
}
