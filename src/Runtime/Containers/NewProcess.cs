// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces.
using System;
using Runcs.Cgroups;
using Runcs.Containers.Storage;
using Runcs.Diagnostics;
using Runcs.Init.Parent;
using Runcs.Init.Protocol;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Plan;
using Runcs.Scheduling;
using Runcs.Terminal;
using Runcs.Values;

namespace Runcs.Containers;

/// <summary>
/// Creates a further process of a container. Disposing it kills the process, unless <see cref="Keep"/> was called.
/// </summary>
internal sealed class NewProcess : IDisposable
{
    private readonly ExecOptions _options;
    private readonly ContainerRecord _record;
    private readonly ExecPlan _plan;
    private readonly ExecRequest _request;
    private readonly ExecStart _start;
    private readonly Fd? _interrupts;
    private Fd? _listener;
    private ExecProcess? _process;
    private bool _kept;

    /// <param name="init">A pidfd of the container's first process; this object's, unless the constructor throws.</param>
    /// <exception cref="RuncsException"/>
    internal NewProcess(ExecOptions options, ContainerRecord record, Fd init, ExecPlan plan, Config config, CallerFacts caller, Fd? interrupts)
    {
        (_options, _record, _plan, _interrupts) = (options, record, plan, interrupts);
        ExecTarget target = ExecTarget.Open(record.Init.Pid, init, config, plan.Credentials, caller);
        try
        {
            string[] cgroups = options.Cgroups.Length == 0 ? record.Cgroups : SubCgroups.Resolve(record.Cgroups, options.Cgroups);
            Cgroup? cgroup = cgroups.Length == 0 ? null : Cgroup.Open(cgroups, record.Unit);
            var facts = new ExecFacts(target.Namespaces, target.Chroots, record.NoNewKeyring, ParentPrepares: cgroup is { MayBeJoinedBySystemd: true } || plan.Scheduling is { BySelf: true }, ParentActs: options.PidfdSocket != null);
            _request = new ExecRequest(plan, StagePlanner.PlanExec(plan, facts), record.Id, target)
            {
                Cgroup = cgroup,
                Leader = options.Cgroups.Length == 0 ? new CgroupLeader(record.Init.Pid, init) : null,
                Resctrl = record.Resctrl,
                Streams = options.Streams,
                PreserveFds = options.PreserveFds,
                MayFreeze = options.IgnorePaused,
            };
            _start = new ExecStart(_request, interrupts);
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    internal int Pid => _process!.Pid;

    internal Fd Pidfd => _process!.Pidfd;

    /// <summary>The process stays.</summary>
    internal void Keep() => _kept = true;

    /// <summary>Some time has passed since it was prepared: checks again that the container runs.</summary>
    /// <exception cref="RuncsException"/>
    internal void Continue(ContainerStreams streams)
    {
        RunningContainer.CheckRuns(_record, _options.IgnorePaused);
        _request.Streams = streams;
    }

    /// <summary>Makes the terminal, if one is requested, and passes its other end to the caller.</summary>
    /// <param name="session">Null when detached.</param>
    /// <exception cref="RuncsException"/>
    internal void OpenTerminal(ForegroundSession? session)
    {
        if (!_plan.Process.Terminal) return;
        Pty terminal = _request.Terminal = OpenPty();
        if (_plan.Process.ConsoleSize is { } size) terminal.SetSize(size.Height, size.Width);
        terminal.SetOwner(_request.Target.HostUid);
        if (session == null)
        {
            using ConsoleSocket socket = _options.Console ?? ConsoleSocket.Connect(_options.ConsoleSocket!);
            socket.Send(terminal);
        }
        else session.AttachTerminal(new Fd(terminal.Master.Release()));
    }

    /// <summary>From the clone until the program runs.</summary>
    /// <exception cref="RuncsException"/>
    internal void Start()
    {
        _process = ExecProcess.Start(_request, _start, _interrupts);
        _request.Terminal?.Dispose();
        Follow();
        Log.Debug("program started");
    }

    public void Dispose()
    {
        if (!_kept) _process?.Abandon();
        _process?.Dispose();
        _listener?.Dispose();
        _start.Dispose();
        _request.Dispose();
        _request.Target.Init.Dispose();
    }

    private Pty OpenPty()
    {
        Pty? terminal = null;
        UnlessStopped(() => terminal = Pty.Open(_request.Target.Root));
        return terminal!;
    }

    // The end of the container kills the new process as well, and the mounts vanish with the last process of their
    // namespace.
    private void UnlessStopped(Action step)
    {
        try
        {
            step();
        }
        catch (Exception e) when (ExecTarget.IsOfStopped(e, _request.Target.Init))
        {
            throw ExecTarget.Stopped(e);
        }
    }

    private void Follow()
    {
        while (true)
        {
            switch (_process!.Receive())
            {
                case InitEvent.Executed:
                    return;
                case InitEvent.Listening:
                    _listener = _process.TakeListener();
                    // The agent must get the program's final pid, unless it must answer before that is known.
                    if (!_process.MovesBefore(_listener)) SendListener();
                    break;
                case InitEvent.Moved:
                    SendListener();
                    break;
                case InitEvent.Ready:
                    if (_plan.Scheduling is { } scheduling) UnlessStopped(() => WaitingProcess.Apply(scheduling, Pid));
                    if (_options.PidfdSocket != null) PidfdSocket.Send(_options.PidfdSocket, Pidfd, added: true);
                    _process.Release();
                    break;
            }
        }
    }

    private void SendListener()
    {
        if (_listener == null) return;
        _plan.Seccomp!.Listener!.Send(_listener, _record.State.With(ContainerStatus.Running, _record.Init.Pid), Pid);
        _listener.Dispose();
        _listener = null;
        Log.Debug("seccomp listener passed to the agent");
    }
}
