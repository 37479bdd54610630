// SPDX-License-Identifier: Apache-2.0
using System;
using Tmds.Linux;

namespace Runcs.Native;

/// <summary>epoll(7), level-triggered.</summary>
public static unsafe class Epoll
{
    private const int EPOLL_CLOEXEC = 0x80000, EPOLL_CTL_ADD = 1, EPOLL_CTL_DEL = 2, EPOLL_CTL_MOD = 3, Most = 64;

    /// <summary>What epoll_wait(2) reports of one descriptor, and the number that it was added with.</summary>
    public readonly record struct Ready(PollEvents Events, ulong Data);

    /// <exception cref="RuncsException"/>
    public static Fd Make()
    {
        int result = LibC.epoll_create1(EPOLL_CLOEXEC);
        return result < 0 ? throw Errno.Last.Failure("epoll_create1", "") : new Fd(result);
    }

    /// <returns>EPERM: the file is always ready, as regular files are.</returns>
    public static Errno TryAdd(int epoll, int fd, PollEvents events, ulong data) => Control(epoll, EPOLL_CTL_ADD, fd, events, data);

    public static Errno TryModify(int epoll, int fd, PollEvents events, ulong data) => Control(epoll, EPOLL_CTL_MOD, fd, events, data);

    /// <summary>
    /// Before the descriptor is closed: a clone may still have the file open, and epoll(7) reports it until all of its
    /// descriptors are closed.
    /// </summary>
    public static Errno TryRemove(int epoll, int fd) => Control(epoll, EPOLL_CTL_DEL, fd, 0, 0);

    /// <summary>Waits for events; EINTR is returned, not retried.</summary>
    /// <param name="epoll">The descriptor of <see cref="Make"/>.</param>
    /// <param name="ready">Receives the events, at most 64.</param>
    /// <param name="timeout">In milliseconds; -1 for no limit.</param>
    /// <param name="count">The number of events.</param>
    public static Errno TryWait(int epoll, Span<Ready> ready, int timeout, out int count)
    {
        epoll_event* events = stackalloc epoll_event[Most];
        int result = LibC.epoll_wait(epoll, events, Math.Min(ready.Length, Most), timeout);
        count = Math.Max(result, 0);
        if (result < 0) return Errno.Last;
        for (int i = 0; i < count; i++) ready[i] = new Ready((PollEvents)(short)(uint)events[i].events, (ulong)events[i].data.u64);
        return Errno.None;
    }

    private static Errno Control(int epoll, int operation, int fd, PollEvents events, ulong data)
    {
        epoll_event entry = default;
        entry.events = (ushort)events;
        entry.data.u64 = data;
        return LibC.epoll_ctl(epoll, operation, fd, &entry) < 0 ? Errno.Last : Errno.None;
    }
}
