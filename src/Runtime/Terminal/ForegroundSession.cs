// SPDX-License-Identifier: Apache-2.0
// Runs in the parent, which relays the terminal and reaps init from the container's start until init ends.
using System;
using Runcs.Native;

namespace Runcs.Terminal;

/// <summary>
/// The foreground part of <c>run</c> without <c>--detach</c>: it forwards signals to the container's init, and relays the
/// caller's terminal to the container's. <para> <see cref="Begin"/> comes before any clone: from then on signals are held
/// in a descriptor, and none is lost. Every child inherits the mask, so a child that execs a program first calls
/// <see cref="Signals.Reset"/> (or a stage's row). With a terminal, <see cref="AttachTerminal"/> follows before the
/// program runs, so that it starts with the right size; then <see cref="Wait"/> and <see cref="ReleaseTerminal"/>. The
/// signals stay blocked until disposal, so that a second ctrl-C cannot interrupt the cleanup. Disposal restores the
/// terminal, also after an error, the signal mask and the subreaper attribute; it discards signals received meanwhile,
/// which were meant for the container. </para>
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
    /// Whether orphans of the container become our children (prctl(2), PR_SET_CHILD_SUBREAPER) and every child is reaped:
    /// for a process that does nothing else.
    /// </param>
    public static ForegroundSession Begin(bool subreaper = true)
    {
        if (subreaper) Processes.TryPrctl(Processes.PR_SET_CHILD_SUBREAPER, 1);
        // SIGTTIN and SIGTTOU keep their effect: a background process that reads the terminal stops.
        Signals.Set taken = Signals.Set.AllButFaults.Without(Signals.SIGTTIN).Without(Signals.SIGTTOU);
        Fd signals = Signals.Open(taken);
        return new(signals, Signals.Block(taken), subreaper);
    }

    /// <summary>Relays between the caller's streams and the container's terminal; takes ownership of its master.</summary>
    public void AttachTerminal(Fd master) => _relay = TerminalRelay.Begin(master);

    /// <summary>A further descriptor to poll, and the action when it is readable.</summary>
    public (Fd Descriptor, Action Serve)? Watched { get; set; }

    /// <summary>Runs until init ends; returns its exit code, or 128 plus the signal that killed it.</summary>
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

    /// <summary>Restores the caller's terminal.</summary>
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
                    // Never forwarded: the kernel sends it to the processes concerned, and for httpd it means stop.
                    _relay?.Resize();
                    continue;
                case Processes.SIGPIPE when arrival.Sender == Processes.GetPid():
                    // Caused by our own write to a closed output, not meant for the container.
                    continue;
                case Processes.SIGCONT:
                    _relay?.Continue();
                    break;
            }
            // ESRCH: init has just ended, which the next poll reports.
            ProcessDescriptors.TrySignal(initPidfd.Value, arrival.Signal);
        }
    }

    // As a subreaper we get the orphans of a container without a pid namespace and must reap them. Otherwise other
    // children are left to their own waits.
    private int? Reap(int initPid, bool initEnded)
    {
        _childEnded = false;
        int? result = null;
        while (!Processes.TryWait(_subreaper ? -1 : initPid, WaitOptions.WNOHANG | WaitOptions.__WALL, out int ended, out int status).IsError && ended != 0)
        {
            if (ended == initPid) result = status;
        }
        if (!initEnded || result != null) return result;
        // A tracer of the process sees its end before its parent does (ptrace(2)).
        return Processes.TryWait(initPid, WaitOptions.__WALL, out _, out int late).IsError
            ? throw new RuncsException("the container's init is not a child of this process: its exit status is lost")
            : late;
    }

    // Bounded: the output before the end is finite. Only a caller that does not read can delay it; then a terminating
    // signal ends the wait.
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
