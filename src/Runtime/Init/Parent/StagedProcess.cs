// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces.
using System;
using System.Runtime.InteropServices;
using Runcs.Init.Protocol;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.Plan;

namespace Runcs.Init.Parent;

/// <summary>
/// A process on its way to the user's program as its parent sees it: the clone, then the exec stage, which may leave
/// another process in its place.
/// </summary>
public abstract class StagedProcess : IDisposable
{
    private readonly InitChannels _channels;
    private readonly Fd? _interrupts;
    private readonly byte[] _received = new byte[8192];
    private int _receivedLength;

    // The process that is left in the pid namespace may be ready before the one that left it there says which it is.
    private bool _moves, _ready, _wasReady, _executed;

    // A filter with a listener: whether it is still to come, and the number of its descriptor in the exec stage.
    private bool _listens;
    private int _listener = -1;

    private protected StagedProcess(InitChannels channels, Fd? interrupts, int pid, Fd pidfd, bool moves, bool listens)
    {
        (_channels, _interrupts, Pid, Pidfd) = (channels, interrupts, pid, pidfd);
        (_moves, _listens) = (moves, listens);
    }

    /// <summary>As the host sees it. Changes once when another process goes on: see <see cref="InitEvent.Moved"/>.</summary>
    public int Pid { get; private set; }

    public Fd Pidfd { get; private set; }

    /// <summary>The filter is loaded before the process appears in the pid namespace.</summary>
    private protected abstract bool FiltersEarly { get; }

    /// <summary>Whether a word of this kind may come now; if so, what it means, or null for nothing that is to be told.</summary>
    /// <param name="appeared">The process is where others may write for it.</param>
    private protected abstract bool Understands(uint kind, bool appeared, out InitEvent? happened);

    /// <summary>Once it is ready nothing holds it back, so the end of the channel says that the program runs.</summary>
    private protected abstract bool GoesOn { get; }

    /// <summary>A failure of the exec stage in words.</summary>
    private protected abstract string Describe(StageReport report);

    private protected abstract string Name { get; }

    /// <summary>It is yet to be heard which process goes on.</summary>
    private protected bool Moves => _moves;

    /// <summary>Lets the process go on where it waits.</summary>
    /// <exception cref="RuncsException">It has ended, for the reason it gave last.</exception>
    public void Send()
    {
        Errno errno = Files.TryWrite(_channels.StartWrite.Value, [1], out _);
        while (errno.Value == Errno.EPIPE) Receive();
        errno.OrThrow("write", "start channel");
    }

    /// <summary>Waits for the next message of the clone or of the exec stage.</summary>
    /// <exception cref="RuncsException">It failed, or ended without a word, or a signal told us to stop.</exception>
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
            if (!TryTake(out uint kind, out uint value, out RuncsException? error))
            {
                if (_executed) return InitEvent.Executed;
                WaitForMore();
                continue;
            }
            switch (kind)
            {
                case < InitMessage.FirstKind:
                    throw Failure(new StageReport(kind, new Errno((int)value)));
                case InitMessage.Error:
                    throw error!;
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
                    if (!Understands(kind, !_moves, out InitEvent? happened)) throw Untrusted();
                    if (happened is { } told) return told;
                    break;
            }
        }
    }

    /// <summary>After <see cref="InitEvent.Listening"/>: waits until the filter is loaded and takes its listener's descriptor.</summary>
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
            // Not there yet: the next thing to be heard is that it failed.
            if (errno.Value != Errno.EBADF) throw errno.Failure("linux.seccomp", "pidfd_getfd", "the listener");
            Span<Descriptors.PollFd> news =
            [
                new() { Fd = _channels.ReportRead.Value, Events = PollEvents.POLLIN },
                new() { Fd = ProcessDescriptors.PollNumber(Pidfd), Events = PollEvents.POLLIN },
            ];
            if (!Descriptors.TryPoll(news, PauseMilliseconds, out int ready).IsError && ready > 0) WaitForMore();
            if (TryTake(out uint kind, out uint value, out _))
                throw kind < InitMessage.FirstKind ? Failure(new StageReport(kind, new Errno((int)value))) : Untrusted();
        }
    }

    /// <summary>Whether the process is yet to leave another one in its place, of which is heard before somebody asks the filter's listener.</summary>
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
        // Both, if we were slow: then the process is known, and the listener is not asked in vain for long.
        return !errno.IsError && (either[0].Returned != 0 || either[2].Returned == 0);
    }

    /// <summary>As the other, for who has followed this process: its last message may have come with the one before.</summary>
    /// <exception cref="RuncsException"/>
    public RuncsException? ReceiveOutcome()
    {
        StageReport? report = _receivedLength >= StageReport.Size ? StageReport.Read(_received) : ReceiveOutcome(_channels.ReportRead);
        return report is { } failure ? Failure(failure) : null;
    }

    /// <summary>
    /// After the start: null once the program runs, which is the end of the channel, since the execve has closed the exec
    /// stage's descriptors; or what the stage says went wrong.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public static StageReport? ReceiveOutcome(Fd report)
    {
        Span<byte> record = stackalloc byte[StageReport.Size];
        Errno errno = Files.TryRead(report.Value, record, out int count);
        errno.OrThrow("read", "report channel");
        return count == StageReport.Size ? StageReport.Read(record) : null;
    }

    /// <summary>Whether the process has ended; it stays a zombie, for whoever waits for it.</summary>
    public bool HasEnded() => ProcessDescriptors.HasEnded(Pidfd);

    /// <summary>Ends the process and takes its exit status, so that nothing of it is left.</summary>
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

    /// <summary>The process that was cloned has left another one behind, as our child.</summary>
    /// <exception cref="RuncsException"/>
    private protected void MoveTo(int pid)
    {
        Errno errno = ProcessDescriptors.TryOpen(pid, out Fd? pidfd);
        errno.OrThrow("pidfd_open", $"pid {pid}");
        // The message comes from where others may be: only a child of ours can be the one. It may have ended already, and whoever
        // waits for it wants its exit code.
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

    private bool TryTake(out uint kind, out uint value, out RuncsException? error)
    {
        (kind, value, error) = (0, 0, null);
        if (_receivedLength < StageReport.Size) return false;
        kind = MemoryMarshal.Read<uint>(_received);
        value = MemoryMarshal.Read<uint>(_received.AsSpan(4));
        int length = StageReport.Size;
        if (kind == InitMessage.Error)
        {
            error = ErrorReport.Read(_received.AsSpan(0, _receivedLength), out length);
            if (length == 0) throw Untrusted();
            if (error == null) return false;
        }
        _received.AsSpan(length, _receivedLength - length).CopyTo(_received);
        _receivedLength -= length;
        return true;
    }

    private RuncsException Failure(StageReport report) => StageFailure.Error(report, Describe(report));

    // In a pid namespace with others these may be able to write for the exec stage (ptrace(2)): what it never says is not believed.
    private static RuncsException Untrusted() => new("unable to start container process: unexpected message on the report channel");

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
            errno = Files.TryRead(_channels.ReportRead.Value, _received.AsSpan(_receivedLength), out int count);
            errno.OrThrow("read", "report channel");
            _receivedLength += count;
        }
        else if (waits[2].Returned != 0) throw new RuncsException("interrupted by a signal; changes were rolled back");
        // The end of the channel: the execve has closed the stage's descriptors. Before it was ready it can only have ended.
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
