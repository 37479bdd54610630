// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Supervision;

/// <summary>One of the <see cref="Children"/>: its pid is its own until its end has been reported.</summary>
public sealed class Child
{
    private readonly Children _children;
    private readonly Fd _pidfd;
    private readonly Action<int> _ended;
    private Watch? _watch;
    private bool _hasEnded;

    internal Child(Children children, int pid, Fd pidfd, Action<int> ended)
    {
        (_children, Pid, _pidfd, _ended) = (children, pid, pidfd, ended);
    }

    public int Pid { get; }

    /// <summary>After its end, in the format of wait4(2).</summary>
    public int WaitStatus { get; private set; }

    /// <returns>ESRCH once it has ended.</returns>
    public Errno TrySignal(int signal) => _hasEnded ? new Errno(Errno.ESRCH) : ProcessDescriptors.TrySignal(_pidfd.Value, signal);

    internal void Begin(EventLoop loop) => _watch = loop.Add(_pidfd.Value, PollEvents.POLLIN, _ => TakeEnd());

    /// <summary>It will not be watched.</summary>
    internal void Release() => _pidfd.Dispose();

    /// <summary>Waits for it, if it has ended, and reports its end.</summary>
    internal void TakeEnd()
    {
        if (_hasEnded || Processes.TryWait(Pid, WaitOptions.WNOHANG | WaitOptions.__WALL, out int ended, out int status).IsError || ended != Pid) return;
        (_hasEnded, WaitStatus) = (true, status);
        _watch!.Dispose();
        _pidfd.Dispose();
        _children.Forget(Pid);
        _ended(Processes.ExitCode(status));
    }
}
