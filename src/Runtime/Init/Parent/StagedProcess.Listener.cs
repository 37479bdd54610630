// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Init.Protocol;
using Runcs.Native;

namespace Runcs.Init.Parent;

/// <remarks>The listener of a seccomp filter, which the parent takes out of the process.</remarks>
public abstract partial class StagedProcess
{
    // For a filter with a listener: whether it is still to come, and its descriptor's number in the exec stage.
    private bool _listens;
    private int _listener = -1;

    /// <summary>
    /// After <see cref="InitEvent.Listening"/>: waits until the filter is loaded and takes the notify descriptor.
    /// </summary>
    /// <exception cref="RuncsException">The filter could not be loaded.</exception>
    public Fd TakeListener()
    {
        const int PauseMilliseconds = 1;
        while (true)
        {
            Errno errno = ProcessDescriptors.TryGetFd(Pidfd.Value, _listener, out Fd? descriptor);
            if (!errno.IsError)
            {
                (_listens, _listener) = (false, -1);
                if (FiltersEarly) Send();
                return descriptor!;
            }
            // Not loaded: the next message is the failure.
            if (errno.Value != Errno.EBADF) throw errno.Failure("linux.seccomp", "pidfd_getfd", "the listener");
            Span<Descriptors.PollFd> news =
            [
                new() { Fd = _channels.ReportRead.Value, Events = PollEvents.POLLIN },
                new() { Fd = ProcessDescriptors.PollNumber(Pidfd), Events = PollEvents.POLLIN },
            ];
            if (!Descriptors.TryPoll(news, PauseMilliseconds, out int ready).IsError && ready > 0) WaitForMore();
            if (_report.TryTake(out uint kind, out _, out _))
                throw kind < InitMessage.FirstKind ? Failure(_report.Failure) : ReportReader.Unexpected();
        }
    }

    /// <summary>
    /// Whether another process is still to replace this one; its message arrives before the first notification of the
    /// filter.
    /// </summary>
    public bool MovesBefore(Fd listener)
    {
        if (!_moves) return false;
        Span<Descriptors.PollFd> either =
        [
            new() { Fd = _channels.ReportRead.Value, Events = PollEvents.POLLIN },
            new() { Fd = ProcessDescriptors.PollNumber(Pidfd), Events = PollEvents.POLLIN },
            new() { Fd = listener.Value, Events = PollEvents.POLLIN },
        ];
        Errno errno;
        while ((errno = Descriptors.TryPoll(either, -1, out _)).Value == Errno.EINTR) { }
        // Both, if we were slow: then the process is known, and a notification need not wait long.
        return !errno.IsError && (either[0].Returned != 0 || either[2].Returned == 0);
    }
}
