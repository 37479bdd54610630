// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Containers;
using Runcs.Containers.Commands;
using Runcs.Containers.Storage;
using Runcs.Diagnostics;
using Runcs.Keeper.Control;
using Runcs.Keeper.Logs;
using Runcs.Keeper.Streams;
using Runcs.Native;
using Runcs.Supervision;
using Runcs.Terminal;

namespace Runcs.Keeper;

/// <summary>
/// The keeper itself: creates the container and starts it, takes its output, serves attachers and waiters, and records its end.
/// Each command on the container runs in a clone (<see cref="Operation"/>).
/// </summary>
internal sealed partial class KeeperProcess : IControlHandler, IDisposable
{
    private readonly KeeperOptions _options;
    private readonly EventLoop _loop = new();
    private readonly Children _children;
    private KeeperReport? _report;
    private KeeperRecord _record;
    private KeptStreams? _streams;
    private LogWriter? _log;
    private ControlServer? _server;
    private Fd? _directory;
    private ContainerRecord? _container;
    private Deadline? _restart;
    private Child? _child;
    private long _startedAt;
    private int _delay;
    private bool _isStarting, _isSettled, _restartsEnded;

    private KeeperProcess(KeeperOptions options, KeeperReport report)
    {
        (_options, _report) = (options, report);
        _children = new Children(_loop);
        _loop.Failed = TakeFault;
        _record = new KeeperRecord
        {
            Process = ProcessIdentity.Of(Processes.GetPid()).ToText(),
            RestartPolicy = options.Restart.Text,
            LogDriver = LogOptions.Name(options.Log.Driver),
            LogPath = options.Log.Path,
        };
        report.Watch(_loop);
    }

    public AttachFlags Flags => (_options.HasTerminal ? AttachFlags.Terminal : 0) | (_options.IsInteractive ? AttachFlags.Interactive : 0);

    public bool TakesInput => _streams == null || _streams.TakesInput;

    private string Root => _options.Container.Root;

    private string Id => _options.Container.Id;

    /// <summary>Runs until the container has ended. The process ends with it.</summary>
    /// <exception cref="RuncsException"/>
    public static void Run(KeeperOptions options, KeeperReport report)
    {
        using var keeper = new KeeperProcess(options, report);
        keeper.Create();
        keeper._loop.Run();
    }

    public void GiveInput(ReadOnlySpan<byte> data) => _streams?.GiveInput(data);

    public void EndInput() => _streams?.EndInput();

    public void Resize(ushort rows, ushort columns) => _streams?.Resize(rows, columns);

    public void HoldOutput(bool holds) => _streams?.HoldOutput(holds);

    public bool EndRestarts()
    {
        _restartsEnded = true;
        if (_restart == null) return false;
        _restart.Dispose();
        _restart = null;
        Conclude(_record with { IsRestarting = false });
        return true;
    }

    public void Dispose()
    {
        _server?.Dispose();
        _streams?.Dispose();
        _log?.Dispose();
        _directory?.Dispose();
        _children.Dispose();
        _loop.Dispose();
    }

    private void Create()
    {
        _isStarting = true;
        _streams = new KeptStreams(_loop, _options.HasTerminal, _options.IsInteractive, Take, () => _server?.ResumeInput());
        KeptStreams streams = _streams;
        bool isFirst = _report != null;
        Start(() => CreateInClone(streams, isFirst), _children.Expect(EndCreate), isFirst, [.. streams.Kept()]);
    }

    // In the clone.
    private OperationResult CreateInClone(KeptStreams streams, bool isFirst)
    {
        (ConsoleSocket? master, ConsoleSocket? console) = (null, null);
        if (_options.HasTerminal) (master, console) = ConsoleSocket.Pair();
        CreateOptions options = _options.Container with { Streams = streams.OfContainer, Console = console };
        int pid;
        if (!isFirst) pid = RestartCommand.Run(options, _record);
        else
        {
            pid = CreateCommand.Run(options, _report!.Interrupts);
            using StateDirectory? directory = StateDirectory.Open(Root, Id);
            directory?.WriteKeeper(_record);
        }
        return new OperationResult { Pid = pid, Descriptor = pid == 0 ? null : master?.Receive() };
    }

    private void EndCreate(OperationResult result)
    {
        if (result.Error != null)
        {
            // As after a killed `run`. It may not be known whose container has the id.
            FailStart(result.IsLost ? $"{result.Error}: delete --force removes what is left" : result.Error, isCreated: false);
            return;
        }
        // It has been deleted meanwhile.
        if (result.Pid == 0)
        {
            Finish(_record.ExitCode);
            return;
        }
        try
        {
            _child = _children.Watch(result.Pid, _ => TakeEnd());
            _container = StateDirectory.PeekRecord(Root, Id);
            _streams!.Begin(result.Descriptor);
            _log ??= LogWriter.Open(_options.Log);
            if (_server == null)
            {
                (_directory, Fd socket) = StateDirectory.ListenAsKeeper(Root, Id);
                _server = new ControlServer(_loop, socket, this);
            }
            else
            {
                _server.ResumeInput();
                HoldOutput(_server.HoldsOutput);
            }
        }
        catch (RuncsException e)
        {
            FailStart(e.Message, isCreated: true);
            return;
        }
        if (_report is { IsAbandoned: true }) FailStart("interrupted by a signal; changes were rolled back", isCreated: true);
        else StartProgram();
    }

    private void StartProgram()
    {
        _record = _record with { Started = Timestamp.NowNano(), Finished = "", IsRestarting = false, ExitCode = 0, Signal = 0, OomKilled = false };
        _startedAt = Clock.Milliseconds();
        KeeperRecord record = _record;
        bool isFirst = _report != null;
        Start(() =>
        {
            StartCommand.Run(Root, Id, isFirst ? _options.Container.NotifySocket : null);
            using StateDirectory? directory = StateDirectory.Open(Root, Id);
            if (directory != null && record.IsOf(Root, Id)) directory.WriteKeeper(record);
            return new OperationResult();
        }, result =>
        {
            if (result.Error != null)
            {
                FailStart(result.Error, isCreated: true);
                return;
            }
            _report?.Succeed();
            _report = null;
            _isStarting = false;
            if (_child == null) Settle();
        }, isFirst, []);
    }

    // The command does not wait for a keeper that has lost its way.
    private void TakeFault(Exception e)
    {
        string problem = FailureReason.Of(e);
        if (_report == null)
        {
            Log.Warn(problem);
            return;
        }
        _report.Fail(problem);
        _loop.Stop();
    }

    // The first time the container is deleted, as after a failed `run`; later it stays, with the reason.
    private void FailStart(string reason, bool isCreated)
    {
        if (_report == null)
        {
            _log?.Dispose();
            Conclude(_record with { Error = $"restart: {reason}", Finished = _record.Finished.Length > 0 ? _record.Finished : Timestamp.NowNano(), IsRestarting = false });
            return;
        }
        void End()
        {
            _report.Fail(reason);
            _loop.Stop();
        }
        if (!isCreated)
        {
            End();
            return;
        }
        _child = null;
        Start(() =>
        {
            DeleteCommand.Run(Root, Id, force: true);
            return new OperationResult();
        }, _ => End(), false, []);
    }

    private void Take(LogStream stream, ReadOnlySpan<byte> data)
    {
        _log?.Write(stream, data);
        _server?.Broadcast(stream == LogStream.Error ? MessageType.Error : MessageType.Output, data);
    }

    private void Start(Func<OperationResult> task, Action<OperationResult> done, bool isFirst, int[] kept)
    {
        List<int> keep = [.. kept, .. _options.Preserved()];
        if (isFirst) keep.AddRange(_report!.Kept());
        Operation.Start(_loop, task, done, keep.ToArray(), inheritsLog: isFirst);
    }
}
