// SPDX-License-Identifier: Apache-2.0
using Runcs.Containers;
using Runcs.Containers.Storage;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.Supervision;

namespace Runcs.Keeper;

/// <remarks>The end of the program: its last output, its record, and the next start.</remarks>
internal sealed partial class KeeperProcess
{
    // Only processes outside the container that have its pipes can still have them open then.
    private const long DrainPatience = 5000;
    private const long Farewell = 2000, RecordPause = 500;
    private const int RecordTries = 20;

    private void TakeEnd()
    {
        if (_child == null) return;
        int status = _child.WaitStatus;
        _child = null;
        _record = _record with { ExitCode = Processes.ExitCode(status), Signal = status & 0x7f, OomKilled = WasOutOfMemory() };
        if (!_isStarting) Settle();
    }

    // The program has ended, and its start has been reported.
    private void Settle()
    {
        if (_isSettled) return;
        _isSettled = true;
        // In a pid namespace of its own, the kernel has killed the others (pid_namespaces(7)).
        if (_container is not { PrivatePidNamespace: false } record)
        {
            Drain();
            return;
        }
        Start(() =>
        {
            ContainerCgroup.KillAll(record);
            return new OperationResult();
        }, _ => Drain(), false, []);
    }

    private void Drain()
    {
        // In a pid namespace of its own all have ended with the first.
        _streams!.EndProgram(isComplete: false);
        if (_streams.IsDrained)
        {
            EndRun();
            return;
        }
        Deadline patience = _loop.After(DrainPatience, () => _streams.EndProgram(isComplete: true));
        _streams.Drained = () =>
        {
            patience.Dispose();
            _loop.Post(EndRun);
        };
    }

    private void EndRun()
    {
        _streams!.Dispose();
        _streams = null;
        _server!.ResumeInput();
        bool restarts = !_restartsEnded && _options.Restart.Restarts(_record.ExitCode, _record.Restarts);
        Conclude(_record with { Finished = Timestamp.NowNano(), IsRestarting = restarts, Error = _log?.Error ?? "" });
    }

    // The record is written before anyone learns of the end.
    private void Conclude(KeeperRecord record, int tries = 0)
    {
        _record = record;
        Start(() =>
        {
            using StateDirectory? directory = StateDirectory.Open(Root, Id);
            if (directory == null || !record.IsOf(Root, Id)) return new OperationResult();
            directory.WriteKeeper(record);
            return new OperationResult { Pid = Processes.GetPid() };
        }, result =>
        {
            // Another command has the container's lock for long.
            if (result.Error != null && tries < RecordTries) _loop.After(RecordPause, () => Conclude(record, tries + 1));
            else if (record.IsRestarting && result.Pid != 0 && !_restartsEnded) RestartLater();
            else if (record.IsRestarting && result.Pid != 0) Conclude(record with { IsRestarting = false });
            else Finish(record.ExitCode);
        }, false, []);
    }

    private void RestartLater()
    {
        _delay = RestartPolicy.Delay(_delay, Clock.Milliseconds() - _startedAt);
        _restart = _loop.After(_delay, () =>
        {
            _restart = null;
            _isSettled = false;
            _record = _record with { Restarts = _record.Restarts + 1 };
            Create();
        });
    }

    private void Finish(int exitCode)
    {
        _log?.Dispose();
        if (_server == null)
        {
            _loop.Stop();
            return;
        }
        StateDirectory.RemoveKeeperSocket(_directory!);
        // A client that does not read is not waited for.
        _loop.After(Farewell, _loop.Stop);
        _server.Flushed = _loop.Stop;
        _server.End(exitCode);
    }

    private bool WasOutOfMemory()
    {
        try
        {
            return _container != null && ContainerCgroup.OomKills(_container) > 0;
        }
        catch (RuncsException)
        {
            return false;
        }
    }
}
