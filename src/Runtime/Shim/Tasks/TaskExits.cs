// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Containers;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.Shim.Messages;
using Runcs.Shim.Ttrpc;
using Runcs.Supervision;

namespace Runcs.Shim.Tasks;

/// <summary>
/// The ends of processes, in the order that clients rely on: a process's end after its start, an OOM event before the end
/// that it is the reason of, and the end of the container's first process after all others'.
/// </summary>
internal sealed class TaskExits(TaskContext context)
{
    /// <summary>A process that has been made: its end is reported from now on.</summary>
    /// <exception cref="RuncsException"/>
    public void Watch(TaskProcess process) => process.Child = context.Children.Watch(process.Pid, code => Take(process, code));

    /// <summary>A process of a clone that has not ended yet: its end is reported once the children watch it.</summary>
    /// <exception cref="RuncsException"/>
    public void Open(TaskProcess process) => process.Child = context.Children.Open(process.Pid, code => Take(process, code));

    /// <summary>The process's start has been reported, or has failed.</summary>
    public void EndStart(TaskProcess process)
    {
        process.IsStarting = false;
        if (process.ExitCode != null) Settle(process);
        if (process.Container.Init is { ExitCode: not null, IsStarting: false } init) Settle(init);
    }

    /// <summary>
    /// An operation begins to kill processes of the container. A client that is told of the end deletes the task and closes its
    /// connection: a call that is not answered yet would fail, and a process that is not killed yet would keep the cgroup.
    /// </summary>
    public static void Hold(TaskContainer container) => container.Kills++;

    /// <summary>The operation has ended, and its call is answered.</summary>
    public void Release(TaskContainer container)
    {
        if (--container.Kills > 0) return;
        // A copy: an exec whose end is reported may be deleted then.
        foreach (TaskProcess exec in (TaskProcess[])[.. container.Execs.Values])
        {
            if (exec is { ExitCode: not null, IsStarting: false }) Settle(exec);
        }
        if (container.Init is { ExitCode: not null, IsStarting: false } init) Settle(init);
    }

    /// <summary>Reports an OOM event of the container.</summary>
    public void ReportOutOfMemory(TaskContainer container) => context.Publish(new TaskOOM { ContainerId = container.Id });

    private void Take(TaskProcess process, int code)
    {
        process.ExitCode = code;
        (long seconds, int nanoseconds) = Clock.Now();
        process.ExitedAt = new UnixTime(seconds, nanoseconds);
        process.Streams?.EndInput();
        if (process.IsInit) EndOthers(process.Container);
        if (!process.IsStarting) Settle(process);
    }

    private void Settle(TaskProcess process)
    {
        if (process.Status == ProcessStatus.Stopped) return;
        TaskContainer container = process.Container;
        if (container.Kills > 0 || (process.IsInit && container.HasUnreportedExecs())) return;
        CheckOom(container);
        process.Status = ProcessStatus.Stopped;
        foreach (TtrpcCall waiter in process.Waiters) waiter.Reply(Answer(process));
        process.Waiters.Clear();
        context.Publish(new TaskExit
        {
            ContainerId = container.Id,
            Id = process.IsInit ? container.Id : process.ExecId,
            Pid = (uint)process.Pid,
            ExitStatus = (uint)process.ExitCode!.Value,
            ExitedAt = process.ExitedAt,
        });
        process.Reported?.Invoke();
        if (!process.IsInit && container.Init is { ExitCode: not null, IsStarting: false }) Settle(container.Init);
    }

    public static WaitResponse Answer(TaskProcess process) => new() { ExitStatus = (uint)process.ExitCode!.Value, ExitedAt = process.ExitedAt };

    // With a pid namespace of its own, the kernel has killed them (pid_namespaces(7)). One that waits for its streams never begins.
    private void EndOthers(TaskContainer container)
    {
        foreach (TaskProcess exec in (TaskProcess[])[.. container.Execs.Values])
        {
            exec.Unprepare();
            exec.Streams?.GiveUp($"container {container.Id} has ended");
        }
        if (container.Record is not { PrivatePidNamespace: false } record) return;
        Hold(container);
        context.Start(() =>
        {
            ContainerCgroup.KillAll(record);
            return new OperationResult();
        }, _ => Release(container));
    }

    private void CheckOom(TaskContainer container)
    {
        try
        {
            container.CheckOom(() => ReportOutOfMemory(container));
        }
        catch (RuncsException e)
        {
            Log.Warn($"the OOM events of container {container.Id} are not read: {e.Message}");
        }
    }
}
