// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces: the other half of InitSetup.
using System;
using System.Runtime.InteropServices;
using System.Text;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.Plan;

namespace Runcs.Init;

/// <summary>The container's first process as its parent sees it, from the clone until the exec stage waits for the start.</summary>
public sealed partial class ContainerInit : IDisposable
{
    private readonly InitRequest _request;
    private readonly Fd? _interrupts;
    private readonly byte[] _received = new byte[8192];
    private int _receivedLength;

    // The process that was left in the pid namespace to be joined may be ready before the one that left it there says which it is.
    private bool _moves, _ready;

    // A filter with a listener: whether it is still to come, and the number of its descriptor in the exec stage.
    private bool _listens;
    private int _listener = -1;

    private ContainerInit(InitRequest request, Fd? interrupts, int pid, Fd pidfd)
    {
        (_request, _interrupts, Pid, Pidfd) = (request, interrupts, pid, pidfd);
        _moves = JoinsPids;
        _listens = request.Plan.Seccomp?.Listener != null;
    }

    // InitSetup's rule: without no_new_privs a filter takes CAP_SYS_ADMIN, which must not appear in a joined pid namespace.
    private bool FiltersEarly => JoinsPids && !_request.Plan.Credentials.NoNewPrivileges;

    private bool JoinsPids => _request.Plan.Namespaces.IsJoined(Processes.CLONE_NEWPID);

    /// <summary>As the host sees it. Changes once when the container joins a pid namespace: see <see cref="InitEvent.Moved"/>.</summary>
    public int Pid { get; private set; }

    public Fd Pidfd { get; private set; }

    /// <summary>
    /// Clones the container's init, which goes on in <see cref="InitSetup"/>: it makes the mounts while the caller makes the
    /// cgroups, and waits for <see cref="Send"/> where it needs them.
    /// </summary>
    /// <param name="interrupts">A signalfd whose signals end a wait; null for none.</param>
    /// <exception cref="SyscallException"/>
    public static ContainerInit Clone(InitRequest request, Fd? interrupts)
    {
        if (request.Plan.Namespaces.HasUsers) CheckUsers(request);
        // On the way into a user namespace what is joined is entered before, with the host's privileges: by a process that
        // is not in it yet.
        if (request.Plan.Namespaces is { HasUsers: true, Joined.Length: > 0 }) return CloneByStages(request, interrupts);
        request.Rootfs?.MountForUserNamespace(request.MountsBeforeUsers());
        return CloneWith(CloneFlags(request), request, interrupts, null);
    }

    /// <summary>
    /// The namespaces that are made by the clone itself. The cgroup namespace waits for the cgroup, the time namespace for its
    /// offsets, a network namespace may be made beside, and with a user namespace the ipc namespace waits for its root.
    /// </summary>
    internal static ulong CloneFlags(InitRequest request)
    {
        ulong later = Processes.CLONE_NEWCGROUP | Processes.CLONE_NEWTIME | (request.Network == null ? 0 : Processes.CLONE_NEWNET)
            | (request.Plan.Namespaces.HasUsers ? Processes.CLONE_NEWIPC : 0);
        return request.Plan.Namespaces.New & ~later;
    }

    private static ContainerInit CloneWith(ulong flags, InitRequest request, Fd? interrupts, Stages? stages)
    {
        Errno errno = ProcessDescriptors.TryOpen(Processes.GetPid(), out Fd? self);
        if (errno.IsError) throw new SyscallException("pidfd_open", "", errno);
        using (self)
        {
            errno = Processes.TryClone(flags | (request.CgroupDescriptor < 0 ? 0 : Processes.CLONE_INTO_CGROUP), request.CgroupDescriptor, out int pid, out Fd? pidfd);
            if (errno.IsError) throw new SyscallException("clone3", "", errno);
            if (pidfd == null)
            {
                InitSetup.Run(request, self!, stages);
                Processes.Exit(1);
            }
            request.Trees?.LeaveToInit();
            return new ContainerInit(request, interrupts, pid, pidfd!);
        }
    }

    /// <summary>Lets init go on where it waits.</summary>
    /// <exception cref="RuncsException">It has ended, for the reason it gave last.</exception>
    /// <exception cref="SyscallException"/>
    public void Send()
    {
        Errno errno = Files.TryWrite(_request.Channels.StartWrite.Value, [1], out _);
        while (errno.Value == Errno.EPIPE) Receive();
        if (errno.IsError) throw new SyscallException("write", "start channel", errno);
    }

    /// <summary>Waits for the next message of init or of the exec stage.</summary>
    /// <exception cref="RuncsException">Init failed, or ended without a word, or a signal told us to stop.</exception>
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
            if (!TryTake(out uint kind, out uint value, out string text))
            {
                WaitForMore();
                continue;
            }
            switch (kind)
            {
                case < InitMessage.FirstKind:
                    throw new RuncsException(Describe(new StageReport(kind, new Errno((int)value))));
                case InitMessage.Error:
                    throw new RuncsException(text);
                case InitMessage.Ready:
                    _ready = true;
                    break;
                case InitMessage.Moved when _moves:
                    MoveTo((int)value);
                    _moves = false;
                    return InitEvent.Moved;
                case InitMessage.AskForTrees when _request.Trees != null && (_moves || !JoinsPids):
                    _request.Trees.Begin(Pidfd);
                    break;
                case InitMessage.Listening when _listens && _listener < 0:
                    _listener = (int)value;
                    break;
                case InitMessage.Mounted when _moves || !JoinsPids:
                    return InitEvent.Mounted;
                case InitMessage.Networked when _moves || !JoinsPids:
                    return InitEvent.Networked;
                default:
                    throw Untrusted();
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
            if (errno.Value != Errno.EBADF) throw RuncsException.At("linux.seccomp", "pidfd_getfd", "the listener", errno);
            Span<Descriptors.PollFd> news =
            [
                new() { Fd = _request.Channels.ReportRead.Value, Events = Descriptors.POLLIN },
                new() { Fd = ProcessDescriptors.PollNumber(Pidfd), Events = Descriptors.POLLIN },
            ];
            if (!Descriptors.TryPoll(news, PauseMilliseconds, out int ready).IsError && ready > 0) WaitForMore();
            if (TryTake(out uint kind, out uint value, out _))
                throw new RuncsException(kind < InitMessage.FirstKind ? Describe(new StageReport(kind, new Errno((int)value))) : Untrusted().Message);
        }
    }

    /// <summary>As the other, for who has followed this init: its last message may have come with the one before.</summary>
    /// <exception cref="SyscallException"/>
    public string? ReceiveOutcome()
    {
        StageReport? report = _receivedLength >= StageReport.Size ? StageReport.Read(_received) : ReceiveOutcome(_request.Channels.ReportRead);
        return report is { } failure ? Describe(failure) : null;
    }

    /// <summary>
    /// After the start: null once the program runs, which is the end of the channel, since the execve has closed the exec
    /// stage's descriptors; or what the stage says went wrong.
    /// </summary>
    /// <exception cref="SyscallException"/>
    public static StageReport? ReceiveOutcome(Fd report)
    {
        Span<byte> record = stackalloc byte[StageReport.Size];
        Errno errno = Files.TryRead(report.Value, record, out int count);
        if (errno.IsError) throw new SyscallException("read", "report channel", errno);
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

    public void Dispose() => Pidfd.Dispose();

    private string Describe(StageReport report)
    {
        ProcessPlan process = _request.Plan.Process;
        if (report.Step == (uint)StageStep.Apparmor) return StageFailure.Prefix + _request.Plan.Labels!.DescribeApparmorFailure(report.Errno);
        if (report.Step == (uint)StageStep.Selinux) return StageFailure.Prefix + _request.Plan.Labels!.DescribeSelinuxFailure(report.Errno);
        int resource = (int)report.Step - (int)StageStep.FirstLimit;
        return Array.Find(process.Rlimits, limit => limit.Resource == resource) is { } limit
            ? RuncsException.At(limit.Origin, "prlimit", $"soft {limit.Soft}, hard {limit.Hard}", report.Errno).Message
            : StageFailure.Describe(report, process.Args[0], process.Cwd, _request.Plan.Hooks.StartContainer);
    }

    private bool TryTake(out uint kind, out uint value, out string text)
    {
        (kind, value, text) = (0, 0, "");
        if (_receivedLength < StageReport.Size) return false;
        kind = MemoryMarshal.Read<uint>(_received);
        value = MemoryMarshal.Read<uint>(_received.AsSpan(4));
        if (kind == InitMessage.Error && value > InitMessage.LongestText) throw Untrusted();
        int length = StageReport.Size + (kind == InitMessage.Error ? (int)value : 0);
        if (_receivedLength < length) return false;
        if (kind == InitMessage.Error) text = Encoding.UTF8.GetString(_received, StageReport.Size, (int)value);
        _received.AsSpan(length, _receivedLength - length).CopyTo(_received);
        _receivedLength -= length;
        return true;
    }

    // In a joined pid namespace others may be able to write for the exec stage (ptrace(2)): what it never says is not believed.
    private static RuncsException Untrusted() => new("unable to start container process: the report channel carries a message that is out of place");

    private void WaitForMore()
    {
        const int Patience = 10;
        int end = ProcessDescriptors.PollNumber(Pidfd);
        Span<Descriptors.PollFd> waits =
        [
            new() { Fd = _request.Channels.ReportRead.Value, Events = Descriptors.POLLIN },
            new() { Fd = end, Events = Descriptors.POLLIN },
            new() { Fd = _interrupts?.Value ?? -1, Events = Descriptors.POLLIN },
        ];
        Errno errno = Descriptors.TryPoll(waits, end < 0 ? Patience : -1, out _);
        if (errno.Value == Errno.EINTR) return;
        if (errno.IsError) throw new SyscallException("poll", "", errno);
        if ((waits[0].Returned & Descriptors.POLLIN) != 0)
        {
            errno = Files.TryRead(_request.Channels.ReportRead.Value, _received.AsSpan(_receivedLength), out int count);
            if (errno.IsError) throw new SyscallException("read", "report channel", errno);
            _receivedLength += count;
        }
        else if (waits[2].Returned != 0) throw new RuncsException("interrupted by a signal; what was done is undone");
        else if (waits[1].Returned != 0 || (end < 0 && ProcessDescriptors.HasEnded(Pidfd))) throw new RuncsException($"unable to start container process: container init {DescribeEnd()}");
    }

    private string DescribeEnd()
    {
        Processes.TryWait(Pid, 0, out _, out int status);
        int signal = status & 0x7f;
        return signal == 0 ? $"ended with exit code {Processes.ExitCode(status)}" : $"was killed by signal {signal}";
    }

    // The process that was cloned has left another one behind, in the pid namespace, as our child.
    private void MoveTo(int pid)
    {
        Errno errno = ProcessDescriptors.TryOpen(pid, out Fd? pidfd);
        if (errno.IsError) throw new SyscallException("pidfd_open", $"pid {pid}", errno);
        // The message comes from where others may be: only a child of ours can be the one (ECHILD says that it is none).
        errno = Processes.TryWait(pid, Processes.WNOHANG | Processes.__WALL, out _, out _);
        if (errno.IsError)
        {
            pidfd!.Dispose();
            throw new SyscallException("wait4", $"pid {pid}", errno);
        }
        Processes.TryWait(Pid, 0, out _, out _);
        Pidfd.Dispose();
        (Pid, Pidfd) = (pid, pidfd!);
    }
}
