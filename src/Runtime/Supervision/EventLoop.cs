// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Supervision;

/// <summary>
/// The loop of a process that stays: it waits for descriptors (epoll(7)) and for deadlines, and calls their handlers one
/// after the other. No handler blocks.
/// </summary>
public sealed class EventLoop : IDisposable
{
    // The collector's first generation alone may grow to 64 MiB (Publish.props), and each clone copies its page tables.
    // At rest nothing waits for a collection, and what it leaves is what an idle process has.
    private const long CollectAfter = 512 << 10, CollectAtRestAfter = 32 << 10;
    private const int Batch = 64, Quiet = 1000;

    private readonly Fd _epoll = Epoll.Make();
    private readonly List<Watch?> _watches = [];
    private readonly Stack<int> _free = new();
    private readonly List<Deadline> _deadlines = [];
    private readonly Queue<Action> _posted = new();
    private readonly ProgramPages _program = ProgramPages.Find();
    private uint _generation;
    private long _collectedAt;
    private bool _stops;

    /// <summary>What goes wrong in a handler. The loop continues: one container's fault is not the others'.</summary>
    public Action<Exception>? Failed { get; set; }

    /// <summary>Watches a descriptor, which must stay open until the watch is disposed.</summary>
    /// <param name="fd">The descriptor.</param>
    /// <param name="events">POLLIN, POLLOUT; 0 for POLLERR and POLLHUP alone, which are always reported.</param>
    /// <param name="handler">Called with the events that are there, until they are not.</param>
    /// <exception cref="RuncsException">EPERM: a regular file, which is always ready.</exception>
    public Watch Add(int fd, PollEvents events, Action<PollEvents> handler)
    {
        int slot = _free.Count > 0 ? _free.Pop() : _watches.Count;
        // An event that was reported before its watch was disposed must not reach the slot's next watch.
        ulong number = (ulong)++_generation << 32 | (uint)slot;
        var watch = new Watch(this, _epoll.Value, fd, slot, number, handler);
        Errno errno = Epoll.TryAdd(_epoll.Value, fd, events, number);
        if (errno.IsError)
        {
            _free.Push(slot);
            errno.OrThrow("epoll_ctl", $"descriptor {fd}");
        }
        if (slot == _watches.Count) _watches.Add(watch);
        else _watches[slot] = watch;
        return watch;
    }

    /// <summary>Calls the action after that time, unless the result is disposed before.</summary>
    /// <param name="milliseconds">From now.</param>
    /// <param name="action">Called once.</param>
    public Deadline After(long milliseconds, Action action)
    {
        var deadline = new Deadline(Clock.Milliseconds() + milliseconds, action);
        _deadlines.Add(deadline);
        return deadline;
    }

    /// <summary>Calls the action when the current handler has returned.</summary>
    public void Post(Action action) => _posted.Enqueue(action);

    /// <summary>Lets <see cref="Run"/> return.</summary>
    public void Stop() => _stops = true;

    /// <summary>Runs until <see cref="Stop"/>.</summary>
    /// <exception cref="RuncsException">The loop itself fails.</exception>
    public void Run()
    {
        Span<Epoll.Ready> ready = stackalloc Epoll.Ready[Batch];
        while (!_stops)
        {
            RunPosted();
            if (_stops) return;
            Errno errno = Epoll.TryWait(_epoll.Value, ready, 0, out int count);
            if (!errno.IsError && count == 0)
            {
                Collect(CollectAfter);
                int timeout = Timeout();
                bool mayRest = timeout < 0 || timeout > Quiet;
                errno = Epoll.TryWait(_epoll.Value, ready, mayRest ? Quiet : timeout, out count);
                if (mayRest && !errno.IsError && count == 0)
                {
                    Collect(CollectAtRestAfter);
                    timeout = Timeout();
                    // Last, since all that runs behind it is mapped again.
                    _program.Drop();
                    errno = Epoll.TryWait(_epoll.Value, ready, timeout, out count);
                }
            }
            if (errno.Value != Errno.EINTR) errno.OrThrow("epoll_wait", "");
            for (int i = 0; i < count && !_stops; i++)
            {
                int slot = (int)(uint)ready[i].Data;
                if (_watches[slot] is not { } watch || watch.Number != ready[i].Data) continue;
                Call(watch, ready[i].Events);
                RunPosted();
            }
            RunDeadlines();
        }
    }

    public void Dispose() => _epoll.Dispose();

    internal void Remove(Watch watch)
    {
        _watches[watch.Slot] = null;
        _free.Push(watch.Slot);
    }

    private void RunPosted()
    {
        while (_posted.Count > 0 && !_stops) Call(_posted.Dequeue());
    }

    private void RunDeadlines()
    {
        if (_deadlines.Count == 0) return;
        long now = Clock.Milliseconds();
        // Handlers may add further ones.
        for (int i = _deadlines.Count - 1; i >= 0; i--)
        {
            Deadline deadline = _deadlines[i];
            if (deadline.Action != null && deadline.At > now) continue;
            _deadlines.RemoveAt(i);
            if (deadline.Action is not { } action) continue;
            deadline.Dispose();
            Call(action);
        }
    }

    private int Timeout()
    {
        if (_deadlines.Count == 0) return -1;
        long now = Clock.Milliseconds(), next = long.MaxValue;
        foreach (Deadline deadline in _deadlines)
        {
            if (deadline.Action != null) next = Math.Min(next, deadline.At);
        }
        return next == long.MaxValue ? -1 : (int)Math.Clamp(next - now, 0, int.MaxValue);
    }

    // Before the loop sleeps, so that no request waits for it.
    private void Collect(long after)
    {
        if (GC.GetAllocatedBytesForCurrentThread() - _collectedAt < after) return;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _collectedAt = GC.GetAllocatedBytesForCurrentThread();
    }

    private void Call(Watch watch, PollEvents events)
    {
        try
        {
            watch.Handler(events);
        }
#pragma warning disable CA1031 // A fault in one container's handler must not end the process, which has the others'.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failed?.Invoke(e);
        }
    }

    private void Call(Action action)
    {
        try
        {
            action();
        }
#pragma warning disable CA1031 // As above.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Failed?.Invoke(e);
        }
    }
}
