// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Supervision;

/// <summary>A descriptor that an <see cref="EventLoop"/> watches. Disposed before the descriptor is closed.</summary>
public sealed class Watch : IDisposable
{
    private readonly EventLoop _loop;
    private readonly int _epoll, _fd;
    private bool _removed;

    internal Watch(EventLoop loop, int epoll, int fd, int slot, ulong number, Action<PollEvents> handler)
    {
        (_loop, _epoll, _fd, Slot, Number, Handler) = (loop, epoll, fd, slot, number, handler);
    }

    internal int Slot { get; }

    internal ulong Number { get; }

    internal Action<PollEvents> Handler { get; }

    /// <summary>Replaces the events to wait for.</summary>
    public void Await(PollEvents events)
    {
        Errno errno = Epoll.TryModify(_epoll, _fd, events, Number);
        errno.OrThrow("epoll_ctl", $"descriptor {_fd}");
    }

    public void Dispose()
    {
        if (_removed) return;
        _removed = true;
        Epoll.TryRemove(_epoll, _fd);
        _loop.Remove(this);
    }
}
