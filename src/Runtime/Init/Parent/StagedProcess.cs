// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces.
using System;
using Runcs.Init.Protocol;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.Plan;

namespace Runcs.Init.Parent;

/// <summary>
/// The parent's view of a process that becomes the user's program: the clone, then the exec stage, which another process
/// may replace.
/// </summary>
public abstract partial class StagedProcess : IDisposable
{
    private readonly InitChannels _channels;
    private readonly Fd? _interrupts;
    private readonly ReportReader _report = new();

    // The process in the pid namespace may be ready before the process that cloned it has sent its pid.
    private bool _moves, _ready, _wasReady, _executed;

    private protected StagedProcess(InitChannels channels, Fd? interrupts, int pid, Fd pidfd, bool moves, bool listens)
    {
        (_channels, _interrupts, Pid, Pidfd) = (channels, interrupts, pid, pidfd);
        (_moves, _listens) = (moves, listens);
    }

    /// <summary>The pid on the host. Changes once if another process continues: see <see cref="InitEvent.Moved"/>.</summary>
    public int Pid { get; private set; }

    public Fd Pidfd { get; private set; }

    /// <summary>The filter is loaded before the process appears in the pid namespace.</summary>
    private protected abstract bool FiltersEarly { get; }

    /// <summary>Whether a message of this kind is valid now; if so, its event, or null if there is nothing to report.</summary>
    /// <param name="appeared">The process is in a place where other processes may write on its behalf.</param>
    private protected abstract bool Understands(uint kind, bool appeared, out InitEvent? happened);

    /// <summary>After ready it does not wait for the parent, so the end of the channel means that the program runs.</summary>
    private protected abstract bool GoesOn { get; }

    /// <summary>The message for a failure of the exec stage.</summary>
    private protected abstract string Describe(StageReport report);

    private protected abstract string Name { get; }

    /// <summary>An error of managed code of the clone, with its remedy if the host's settings are the cause.</summary>
    private protected virtual RuncsException Explain(RuncsException error) => error;

    /// <summary>The pid of the process that continues is not known yet.</summary>
    private protected bool Moves => _moves;

    /// <summary>Lets the waiting process continue.</summary>
    /// <exception cref="RuncsException">It has ended, for the reason in its last message.</exception>
    public void Send()
    {
        Errno errno = Files.TryWrite(_channels.StartWrite.Value, [1], out _);
        while (errno.Value == Errno.EPIPE) Receive();
        errno.OrThrow("write", "start channel");
    }

    /// <summary>Waits for the next message of the clone or of the exec stage.</summary>
    /// <exception cref="RuncsException">It failed, or ended without a message, or a signal interrupted us.</exception>
    public InitEvent Receive()
    {
        while (true)
        {
            if (_listener >= 0 && (!_moves || FiltersEarly)) return InitEvent.Listening;
            if (_ready && !_moves && !_listens)
            {
                _ready = false;
                return InitEvent.Ready;
            }
            if (!_report.TryTake(out uint kind, out uint value, out RuncsException? error))
            {
                if (_executed) return InitEvent.Executed;
                WaitForMore();
                continue;
            }
            switch (kind)
            {
                case < InitMessage.FirstKind:
                    throw Failure(_report.Failure);
                case InitMessage.Error:
                    throw Explain(error!);
                case InitMessage.Ready:
                    _ready = _wasReady = true;
                    break;
                case InitMessage.Moved when _moves:
                    MoveTo((int)value);
                    return InitEvent.Moved;
                case InitMessage.Listening when _listens && _listener < 0:
                    _listener = (int)value;
                    break;
                default:
                    if (!Understands(kind, !_moves, out InitEvent? happened)) throw ReportReader.Unexpected();
                    if (happened is { } told) return told;
                    break;
            }
        }
    }

    /// <summary>
    /// As the static method, for a caller that has followed this process: its last message may have arrived with the
    /// previous one.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public RuncsException? ReceiveOutcome() => ReceiveOutcome(_channels.ReportRead, _report) is { } failure ? Failure(failure) : null;

    /// <summary>
    /// After the start: null once the program runs, which is the end of the channel, since the execve has closed the exec
    /// stage's descriptors; otherwise the stage's failure.
    /// </summary>
    /// <exception cref="RuncsException">The channel cannot be read, or has something else.</exception>
    public static StageReport? ReceiveOutcome(Fd report) => ReceiveOutcome(report, new ReportReader());

    private static StageReport? ReceiveOutcome(Fd report, ReportReader reader)
    {
        uint kind;
        while (!reader.TryTake(out kind, out _, out _))
        {
            Errno errno = Files.TryRead(report.Value, reader.Room, out int count);
            errno.OrThrow("read", "report channel");
            if (count == 0 && !reader.IsEmpty) throw ReportReader.Unexpected();
            if (count == 0) return null;
            reader.Add(count);
        }
        return kind < InitMessage.FirstKind ? reader.Failure : throw ReportReader.Unexpected();
    }

    /// <summary>Whether the process has ended; it stays a zombie until it is waited for.</summary>
    public bool HasEnded() => ProcessDescriptors.HasEnded(Pidfd);

    /// <summary>Kills the process and reaps it.</summary>
    public void Kill()
    {
        ProcessDescriptors.TrySignal(Pidfd.Value, Processes.SIGKILL);
        Processes.TryWait(Pid, 0, out _, out _);
    }

    public void Dispose()
    {
        Pidfd.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The cloned process has been replaced by another one, which is our child.</summary>
    /// <exception cref="RuncsException"/>
    private protected void MoveTo(int pid)
    {
        Errno errno = ProcessDescriptors.TryOpen(pid, out Fd? pidfd);
        errno.OrThrow("pidfd_open", $"pid {pid}");
        // The message comes from a place where other processes may write: only a child of ours is valid. It may have
        // ended already, and its exit code is still to be read.
        errno = Processes.TryFindChild(pid);
        if (errno.IsError)
        {
            pidfd!.Dispose();
            throw errno.Failure("waitid", $"pid {pid}");
        }
        Processes.TryWait(Pid, 0, out _, out _);
        Pidfd.Dispose();
        (Pid, Pidfd, _moves) = (pid, pidfd!, false);
    }

    internal static RuncsException Interrupted() => new("interrupted by a signal; changes were rolled back");

    private RuncsException Failure(StageReport report) => StageFailure.Error(report, Describe(report));

    private void WaitForMore()
    {
        const int Patience = 10;
        int end = ProcessDescriptors.PollNumber(Pidfd);
        Span<Descriptors.PollFd> waits =
        [
            new() { Fd = _channels.ReportRead.Value, Events = PollEvents.POLLIN },
            new() { Fd = end, Events = PollEvents.POLLIN },
            new() { Fd = _interrupts?.Value ?? -1, Events = PollEvents.POLLIN },
        ];
        Errno errno = Descriptors.TryPoll(waits, end < 0 ? Patience : -1, out _);
        if (errno.Value == Errno.EINTR) return;
        errno.OrThrow("poll", "");
        if ((waits[0].Returned & PollEvents.POLLIN) != 0)
        {
            errno = Files.TryRead(_channels.ReportRead.Value, _report.Room, out int count);
            errno.OrThrow("read", "report channel");
            _report.Add(count);
        }
        else if (waits[2].Returned != 0) throw Interrupted();
        // The end of the channel: the execve has closed the stage's descriptors. Before ready it can only mean that the
        // process has ended.
        else if (waits[0].Returned != 0 && _wasReady && GoesOn) _executed = true;
        else if (waits[1].Returned != 0 || waits[0].Returned != 0 || (end < 0 && ProcessDescriptors.HasEnded(Pidfd)))
            throw new RuncsException($"unable to start container process: {Name} {DescribeEnd()}");
    }

    private string DescribeEnd()
    {
        Processes.TryWait(Pid, 0, out _, out int status);
        int signal = status & 0x7f;
        return signal == 0 ? $"exited with code {Processes.ExitCode(status)}" : $"was killed by signal {signal}";
    }
}
