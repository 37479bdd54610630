// SPDX-License-Identifier: Apache-2.0
// Runs in the parent, which after the container's start plays its terminal's user and its init's parent until the init ends.
using System;
using Runcs.Native;

namespace Runcs.Terminal;

/// <summary>
/// What <c>run</c> without <c>--detach</c> does besides starting the container: signals that come to it go to the container's
/// init, and the caller's terminal is joined to the container's.
/// <para>
/// <see cref="Begin"/> before anything is cloned: from there signals wait in a descriptor, none is lost. Every child
/// inherits the mask, so whoever execs a program calls <see cref="Signals.Reset"/> (or a stage's row) first. Then
/// <see cref="AttachTerminal"/> with a terminal, before the program runs, so that it starts with the right size; then
/// <see cref="Wait"/>, and <see cref="ReleaseTerminal"/>. The signals stay blocked until it is disposed: what remains is to clean
/// up and exit, and a second ctrl-C must not tear us from that. Then all is as it was before: the terminal, also after an
/// error, the signal mask, whether this process is a subreaper; signals that have come meanwhile were meant for the container.
/// </para>
/// </summary>
public sealed class ForegroundSession : IDisposable
{
    private const int OwnInterests = 3;
    private readonly Fd _signals;
    private readonly Signals.Set _before;
    private readonly bool _subreaper;
    private TerminalRelay? _relay;

    private bool _childEnded;

    private ForegroundSession(Fd signals, Signals.Set before, bool subreaper) => (_signals, _before, _subreaper) = (signals, before, subreaper);

    /// <param name="subreaper">
    /// Whether what the container leaves behind becomes our child (prctl(2), PR_SET_CHILD_SUBREAPER), and every child is reaped: for
    /// a process that does nothing else.
    /// </param>
    public static ForegroundSession Begin(bool subreaper = true)
    {
        if (subreaper) Processes.TryPrctl(Processes.PR_SET_CHILD_SUBREAPER, 1);
        // SIGTTIN and SIGTTOU keep their meaning for us: a reader of the terminal that a shell has put into the background stops.
        Signals.Set taken = Signals.Set.AllButFaults.Without(Signals.SIGTTIN).Without(Signals.SIGTTOU);
        Fd signals = Signals.Open(taken);
        return new(signals, Signals.Block(taken), subreaper);
    }

    /// <summary>Joins the caller's streams and terminal to the container's terminal, whose master this object then owns.</summary>
    public void AttachTerminal(Fd master) => _relay = TerminalRelay.Begin(master);

    /// <summary>What else is looked at meanwhile, and who is called when it can be read.</summary>
    public (Fd Descriptor, Action Serve)? Watched { get; set; }

    /// <summary>Goes on until the init ends; returns its exit code, or 128 + the signal that killed it.</summary>
    public int Wait(int initPid, Fd initPidfd)
    {
        Span<Descriptors.PollFd> entries = stackalloc Descriptors.PollFd[OwnInterests + TerminalRelay.MaxInterests];
        int? status = null;
        while (status == null)
        {
            entries[0] = new() { Fd = _signals.Value, Events = PollEvents.POLLIN };
            entries[1] = new() { Fd = ProcessDescriptors.PollNumber(initPidfd), Events = PollEvents.POLLIN };
            entries[2] = new() { Fd = Watched?.Descriptor.Value ?? -1, Events = PollEvents.POLLIN };
            bool timedOut = Poll(entries, out Span<Descriptors.PollFd> relayed);
            if (entries[2].Returned != 0) Watched!.Value.Serve();
            if (entries[0].Returned != 0) Forward(initPidfd);
            if (entries[1].Returned != 0 || _childEnded) status = Reap(initPid, entries[1].Returned != 0);
            _relay?.Serve(relayed, timedOut);
        }
        FinishOutput(entries);
        return Processes.ExitCode(status.Value);
    }

    /// <summary>Gives the caller's terminal back.</summary>
    public void ReleaseTerminal()
    {
        _relay?.Dispose();
        _relay = null;
    }

    public void Dispose()
    {
        ReleaseTerminal();
        while (Signals.TryTake(_signals.Value, out _)) { }
        Signals.SetMask(_before);
        _signals.Dispose();
        if (_subreaper) Processes.TryPrctl(Processes.PR_SET_CHILD_SUBREAPER, 0);
    }

    private bool Poll(Span<Descriptors.PollFd> entries, out Span<Descriptors.PollFd> relayed)
    {
        int count = _relay?.Interests(entries[OwnInterests..]) ?? 0;
        relayed = entries.Slice(OwnInterests, count);
        Errno errno = Descriptors.TryPoll(entries[..(OwnInterests + count)], _relay?.Timeout ?? -1, out int ready);
        if (errno.IsError && errno.Value != Errno.EINTR) throw errno.Failure("poll", "");
        return ready == 0;
    }

    private void Forward(Fd initPidfd)
    {
        while (Signals.TryTake(_signals.Value, out Signals.Arrival arrival))
        {
            switch (arrival.Signal)
            {
                case Processes.SIGCHLD:
                    _childEnded = true;
                    continue;
                case Processes.SIGWINCH:
                    // Never forwarded: the kernel sends it by itself to whom it concerns, and to httpd it means to stop.
                    _relay?.Resize();
                    continue;
                case Processes.SIGPIPE when arrival.Sender == Processes.GetPid():
                    // Our own write to a closed output, not a message to the container.
                    continue;
                case Processes.SIGCONT:
                    _relay?.Continue();
                    break;
            }
            // ESRCH: it has just ended, which is seen next.
            ProcessDescriptors.TrySignal(initPidfd.Value, arrival.Signal);
        }
    }

    // As a subreaper we get the orphans of a container without a pid namespace, which must not stay zombies. Else the other
    // children are no business of ours.
    private int? Reap(int initPid, bool initEnded)
    {
        _childEnded = false;
        int? result = null;
        while (!Processes.TryWait(_subreaper ? -1 : initPid, WaitOptions.WNOHANG | WaitOptions.__WALL, out int ended, out int status).IsError && ended != 0)
        {
            if (ended == initPid) result = status;
        }
        if (!initEnded || result != null) return result;
        // Whoever traces the process is told of its end before its parent is (ptrace(2)).
        return Processes.TryWait(initPid, WaitOptions.__WALL, out _, out int late).IsError
            ? throw new RuncsException("the container's init is not a child of this process: its exit status is lost")
            : late;
    }

    // Bounded: what was written before the end is finite. Only the caller can hold it up, by not reading; then a signal
    // that would end us does.
    private void FinishOutput(Span<Descriptors.PollFd> entries)
    {
        if (_relay == null) return;
        _relay.EndProgram();
        _relay.Serve([], timedOut: false);
        while (!_relay.IsFinished)
        {
            entries[0] = new() { Fd = _signals.Value, Events = PollEvents.POLLIN };
            entries[1] = entries[2] = new() { Fd = -1 };
            bool timedOut = Poll(entries, out Span<Descriptors.PollFd> relayed);
            while (Signals.TryTake(_signals.Value, out Signals.Arrival arrival))
            {
                if (arrival.Signal is Processes.SIGHUP or Processes.SIGINT or Signals.SIGQUIT or Processes.SIGTERM) _relay.Abandon();
            }
            _relay.Serve(relayed, timedOut);
        }
    }
}
