// SPDX-License-Identifier: Apache-2.0
// Run by the parent: the sequence of create.
using System;
using Runcs.Containers.Commands;
using Runcs.Diagnostics;
using Runcs.Init.Parent;
using Runcs.Init.Protocol;
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Plan;
using Runcs.Rootfs;
using Runcs.Scheduling;
using Runcs.Terminal;

namespace Runcs.Containers;

/// <summary>
/// Creates a container: its environment, and its first process by a clone of this one. Disposing it rolls back all changes,
/// unless <see cref="ContainerEnvironment.Keep"/> was called.
/// </summary>
internal sealed class NewContainer : IDisposable
{
    private readonly CreateOptions _options;
    private readonly ContainerPlan _plan;
    private readonly Fd? _interrupts;
    private InitChannels? _channels;
    private ContainerInit? _init;

    private NewContainer(CreateOptions options, ContainerPlan plan, Fd? interrupts)
    {
        (_options, _plan, _interrupts) = (options, plan, interrupts);
        Environment = new ContainerEnvironment(options, plan, interrupts);
    }

    /// <summary>Reads the bundle and plans the container.</summary>
    /// <param name="detached">The command does not wait for the program.</param>
    /// <param name="interrupts">A signalfd whose signals interrupt the command; null for none.</param>
    /// <exception cref="RuncsException"/>
    internal static NewContainer Plan(CreateOptions options, bool detached, Fd? interrupts)
    {
        Bundle bundle = Bundle.Read(options);
        ContainerPlan plan = bundle.Plan(options);
        Consoles.Check(plan.Process.Terminal, detached, options.Console != null || options.ConsoleSocket != null);
        return new NewContainer(options, plan, interrupts);
    }

    internal ContainerEnvironment Environment { get; }

    internal bool HasTerminal => _plan.Process.Terminal;

    internal int Pid => _init!.Pid;

    internal Fd Pidfd => _init!.Pidfd;

    /// <summary>For <c>create</c>: channels that <c>start</c> finds in the state directory.</summary>
    internal void OpenFifos()
    {
        (Fd start, Fd report) = Environment.State.MakeChannels();
        _channels = InitChannels.OfFifos(start, report);
    }

    /// <summary>For <c>run</c>: channels that only this process has.</summary>
    internal void OpenPipes() => _channels = InitChannels.OfPipes();

    /// <summary>From the clone until the exec stage waits for the start.</summary>
    /// <exception cref="RuncsException"/>
    internal void Make(ConsoleSocket? console)
    {
        try
        {
            MakeAll(console);
        }
        // Init reports a text.
        catch (RuncsException e) when (MountDestinations.Complete(e.Message, _plan.Config.Mounts) is var text && text != e.Message)
        {
            throw new RuncsException(text, e);
        }
    }

    private void MakeAll(ConsoleSocket? console)
    {
        using OpenNamespaces namespaces = OpenNamespaces.Open(_plan.Namespaces);
        using MountSources? mountSources = MountSources.Open(_plan.Rootfs);
        Environment.MountRoot();
        using var request = new InitRequest(_plan, _channels!, namespaces, Environment.Cgroup)
        {
            CgroupDescriptor = Environment.CreateCgroupForClone(),
            MountSources = mountSources,
            ConsoleSocket = console,
            Streams = _options.Streams,
            NoNewKeyring = _options.NoNewKeyring,
            ListenFds = _options.ListenFds,
            PreserveFds = _options.PreserveFds,
            Record = Environment.Record,
            Starts = _options.Starts && _options.PidfdSocket == null,
        };
        request.Open();
        if (request.BorrowsMemory)
        {
            Environment.CreateCgroups();
            _channels!.Send();
        }
        _init = ContainerInit.Clone(request, _interrupts);
        _channels!.CloseChildEnds();
        if (Log.IsDebug) Log.Debug($"init cloned: {Pid}");
        Environment.Add(Pid, _init.Kill);
        _init.ApplyFromOutside();
        if (!request.BorrowsMemory) _init.Send();
        try
        {
            FollowInit(request.LateInput);
        }
        catch (RuncsException e) when (Environment.WasOutOfMemory)
        {
            throw OutOfMemory.AtStart(e);
        }
        _init.ApplyLimits();
        if (_plan.Scheduling != null) WaitingProcess.Apply(_plan.Scheduling, Pid);
        // Written only after the set-up, which they would affect.
        Environment.Cgroup.ApplyLate();
        Environment.Cgroup.StepIntoMemory(Pid);
        if (_options.PidfdSocket != null) PidfdSocket.Send(_options.PidfdSocket, Pidfd);
    }

    /// <summary>For <c>run</c>: starts the program and runs the poststart hooks.</summary>
    /// <exception cref="RuncsException"/>
    internal void Start()
    {
        _init!.Release();
        if (_init.ReceiveOutcome() is { } failure) throw failure;
        if (_init.HasEnded() && Environment.WasOutOfMemory) throw OutOfMemory.AtStart(null);
        Log.Debug("program started");
        Environment.RunPoststartHooks();
    }

    public void Dispose()
    {
        Environment.Dispose();
        _channels?.Dispose();
        _init?.Dispose();
    }

    private void FollowInit(Fd? lateInput)
    {
        while (true)
        {
            switch (_init!.Receive())
            {
                case InitEvent.Ready:
                    Log.Debug("ready: the exec stage waits for the start");
                    return;
                case InitEvent.Moved:
                    Environment.Record(Pid);
                    InitHooks.FillLateInput(lateInput, _plan, Pid);
                    break;
                case InitEvent.Networked:
                    Environment.MoveNetDevices(Pidfd);
                    _init.Send();
                    break;
                case InitEvent.Listening:
                    using (Fd listener = _init.TakeListener())
                        _plan.Seccomp!.Listener!.Send(listener, _plan.State.With(ContainerStatus.Creating, Pid), Pid);
                    Log.Debug("seccomp listener passed to the agent");
                    break;
                case InitEvent.Mounted:
                    Environment.FollowMounts(Pid);
                    _init.Send();
                    break;
            }
        }
    }
}
