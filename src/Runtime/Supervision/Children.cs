// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;

namespace Runcs.Supervision;

/// <summary>
/// The children of this process that were made elsewhere: the first process of a container is cloned by an
/// <see cref="Operation"/> and becomes our child when that ends, since we are its subreaper (prctl(2)). Each is watched by
/// a pidfd and waited for by its pid, so none is mistaken for another and none is missed, whenever it ends.
/// </summary>
public sealed class Children : IDisposable
{
    private readonly EventLoop _loop;
    private readonly Dictionary<int, Child> _known = [];
    private readonly Fd _signals;
    private readonly Watch _watch;
    private int _unborn;

    /// <exception cref="RuncsException"/>
    public Children(EventLoop loop)
    {
        _loop = loop;
        var ended = new Signals.Set(0);
        ended = ended.With(Processes.SIGCHLD);
        // An ignored SIGCHLD is inherited (execve(2)), and the kernel then discards the exit statuses of children.
        Signals.SetDefault(Processes.SIGCHLD);
        Signals.Block(ended);
        _signals = Signals.Open(ended);
        _watch = loop.Add(_signals.Value, PollEvents.POLLIN, _ =>
        {
            while (Signals.TryTake(_signals.Value, out Signals.Arrival _)) { }
            ReapOrphans();
        });
        Errno errno = Processes.TryPrctl(Processes.PR_SET_CHILD_SUBREAPER, 1);
        errno.OrThrow("prctl", "PR_SET_CHILD_SUBREAPER");
    }

    /// <summary>Watches a child, which may have ended already.</summary>
    /// <param name="pid">Of a child that nobody has waited for.</param>
    /// <param name="ended">Called once, with its exit code as a shell reports it, when it has been waited for.</param>
    /// <exception cref="RuncsException">There is no such child.</exception>
    public Child Watch(int pid, Action<int> ended)
    {
        Child child = Open(pid, ended);
        Watch(child);
        return child;
    }

    /// <summary>A process that nobody waits for, and that becomes a child of this process: it can be signalled.</summary>
    /// <param name="pid">Of a child of a clone that has not ended yet.</param>
    /// <param name="ended">As for <see cref="Watch(int, Action{int})"/>, which is next.</param>
    /// <exception cref="RuncsException"/>
    public Child Open(int pid, Action<int> ended)
    {
        Errno errno = ProcessDescriptors.TryOpen(pid, out Fd? pidfd);
        errno.OrThrow("pidfd_open", $"pid {pid}");
        return new Child(this, pid, pidfd!, ended);
    }

    /// <inheritdoc cref="Watch(int, Action{int})"/>
    public void Watch(Child child)
    {
        try
        {
            Processes.TryFindChild(child.Pid).OrThrow("waitid", $"pid {child.Pid}");
            child.Begin(_loop);
        }
        catch
        {
            child.Release();
            throw;
        }
        _known.Add(child.Pid, child);
    }

    /// <summary>
    /// An operation begins that may leave a child whose pid is not known yet: no unknown child is reaped until it has ended and
    /// its child is watched.
    /// </summary>
    /// <param name="done">Watches the child.</param>
    /// <returns>To be called once, with the operation's result.</returns>
    public Action<OperationResult> Expect(Action<OperationResult> done)
    {
        _unborn++;
        return result =>
        {
            try
            {
                done(result);
            }
            finally
            {
                _unborn--;
                ReapOrphans();
            }
        };
    }

    public void Dispose()
    {
        _watch.Dispose();
        _signals.Dispose();
    }

    internal void Forget(int pid) => _known.Remove(pid);

    // Processes that a container without a pid namespace of its own has left behind. A known one is waited for by its
    // watch, and is the first that the kernel names until then.
    private void ReapOrphans()
    {
        while (_unborn == 0 && !Processes.TryFindEnded(out int pid).IsError && pid > 0)
        {
            if (_known.TryGetValue(pid, out Child? child)) child.TakeEnd();
            else Processes.TryWait(pid, WaitOptions.WNOHANG, out _, out _);
        }
    }
}
