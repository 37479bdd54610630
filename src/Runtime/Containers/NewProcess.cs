// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces.
using System;
using System.Collections.Generic;
using Runcs.Cgroups;
using Runcs.Containers.Storage;
using Runcs.Diagnostics;
using Runcs.Init.Parent;
using Runcs.Init.Protocol;
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Plan;
using Runcs.Scheduling;
using Runcs.Terminal;

namespace Runcs.Containers;

/// <summary>A further process of a container in the making. Disposing it ends it, unless <see cref="Keep"/> was called.</summary>
internal sealed class NewProcess : IDisposable
{
    private readonly ExecOptions _options;
    private readonly ContainerRecord _record;
    private readonly ExecPlan _plan;
    private readonly Fd _init, _interrupts, _root;
    private readonly ulong _namespaces;
    private readonly bool _chroots;
    private readonly uint _hostUid;
    private readonly InitChannels _channels = InitChannels.OfPipes();
    private readonly Cgroup? _cgroup;
    private Pty? _terminal;
    private Fd? _listener;
    private ExecProcess? _process;
    private bool _kept;

    /// <exception cref="RuncsException"/>
    internal NewProcess(ExecOptions options, ContainerRecord record, Fd init, ExecPlan plan, Config config, Fd interrupts)
    {
        (_options, _record, _init, _plan, _interrupts) = (options, record, init, plan, interrupts);
        LinuxNamespace[] namespaces = config.Linux?.Namespaces ?? [];
        int pid = record.Init.Pid;
        _namespaces = EnteredNamespaces.Find(namespaces, pid);
        _chroots = Array.Find(namespaces, static named => named.Type == LinuxNamespaceType.Mount) == null;
        _hostUid = FindHostUid();
        _root = Files.Open(string.Concat("/proc/", pid.ToString(), "/root"), Files.O_PATH | Files.O_DIRECTORY);
        // All that was found by its pid is of the process that the pidfd holds, if that is still there.
        if (ProcessDescriptors.HasEnded(init)) throw new RuncsException("cannot exec in a stopped container");
        string[] cgroups = options.Cgroups.Length == 0 ? record.Cgroups : SubCgroups.Resolve(record.Cgroups, options.Cgroups);
        if (cgroups.Length > 0) _cgroup = Cgroup.Open(cgroups);
    }

    internal int Pid => _process!.Pid;

    internal Fd Pidfd => _process!.Pidfd;

    /// <summary>The process is to stay.</summary>
    internal void Keep() => _kept = true;

    /// <summary>Makes the terminal, if there is to be one, and gives its other end to the caller.</summary>
    /// <param name="session">Null when detached.</param>
    /// <exception cref="RuncsException"/>
    internal void OpenTerminal(ForegroundSession? session)
    {
        if (!_plan.Process.Terminal) return;
        _terminal = Pty.Open(_root);
        if (_plan.Process.ConsoleSize is { } size) _terminal.SetSize(size.Height, size.Width);
        _terminal.SetOwner(_hostUid);
        if (session == null)
        {
            using ConsoleSocket socket = ConsoleSocket.Connect(_options.ConsoleSocket!);
            socket.Send(_terminal);
        }
        else session.AttachTerminal(new Fd(_terminal.Master.Release()));
    }

    /// <summary>Goes from the clone until the program runs.</summary>
    /// <exception cref="RuncsException"/>
    internal void Start()
    {
        var request = new ExecRequest(_plan, _record.Id, _channels)
        {
            InitPid = _record.Init.Pid,
            Init = _init,
            Root = _root,
            Namespaces = _namespaces,
            Chroots = _chroots,
            HostUid = _hostUid,
            Cgroup = _cgroup,
            MayFollowInit = _options.Cgroups.Length == 0 && _cgroup is { IsUnified: true },
            Resctrl = _record.Resctrl,
            Terminal = _terminal,
            NoNewKeyring = _record.NoNewKeyring,
            PreserveFds = _options.PreserveFds,
            Waits = _options.PidfdSocket != null || _plan.Scheduling is { Scheduler: not null } or { IOPriority: not null },
        };
        _process = ExecProcess.Clone(request, _interrupts);
        _terminal?.Dispose();
        Follow();
        Log.Debug("program started");
    }

    public void Dispose()
    {
        if (!_kept) _process?.Abandon();
        _process?.Dispose();
        _terminal?.Dispose();
        _listener?.Dispose();
        _cgroup?.Dispose();
        _channels.Dispose();
        _root.Dispose();
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
                    // The agent is to be told the pid that the program will have, unless it has to answer before that is known.
                    if (!_process.MovesBefore(_listener)) SendListener();
                    break;
                case InitEvent.Moved:
                    SendListener();
                    break;
                case InitEvent.Ready:
                    if (_plan.Scheduling != null) WaitingProcess.Apply(_plan.Scheduling, Pid);
                    if (_options.PidfdSocket != null) PidfdSocket.Send(_options.PidfdSocket, Pidfd, added: true);
                    _process.Release();
                    break;
            }
        }
    }

    private void SendListener()
    {
        if (_listener == null) return;
        _plan.Seccomp!.Listener!.Send(_listener, DescribeForListener().WriteCompact());
        _listener.Dispose();
        _listener = null;
        Log.Debug("seccomp listener passed to the agent");
    }

    private ContainerProcessState DescribeForListener()
    {
        var state = new State { OciVersion = _record.OciVersion, Id = _record.Id, Status = ContainerStatus.Running, Pid = _record.Init.Pid, Bundle = _record.Bundle };
        if (_record.Annotations != null) state.Annotations = _record.Annotations;
        return new ContainerProcessState
        {
            OciVersion = _record.OciVersion,
            Fds = [Seccomp.SeccompListener.DescriptorName],
            Pid = Pid,
            Metadata = _plan.Seccomp!.Listener!.Metadata,
            State = state,
        };
    }

    // Who the program's user is on the host; a user namespace must know all its ids, or the kernel would only say EINVAL.
    private uint FindHostUid()
    {
        uint uid = _plan.Credentials.Uid;
        if ((_namespaces & Processes.CLONE_NEWUSER) == 0) return uid;
        IdMaps maps = EnteredNamespaces.ReadMaps(_record.Init.Pid);
        var problems = new List<string>();
        IdMapPlanner.CheckUser(_plan.Credentials.Uid, _plan.Credentials.Gid, _plan.Credentials.Groups, maps, "linux.uidMappings", "linux.gidMappings", problems);
        if (problems.Count > 0) throw Problems.Refusal(problems);
        maps.Uids.TryOutside(uid, out uint outside);
        return outside;
    }
}
