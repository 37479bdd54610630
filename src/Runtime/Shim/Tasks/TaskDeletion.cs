// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Containers;
using Runcs.Containers.Commands;
using Runcs.Native;
using Runcs.Shim.Messages;
using Runcs.Shim.Rootfs;
using Runcs.Shim.Ttrpc;
using Runcs.Supervision;

namespace Runcs.Shim.Tasks;

/// <summary>Delete of a container, or of an added process. A call that is repeated meanwhile gets the answer of the first.</summary>
internal sealed class TaskDeletion(TaskContext context)
{
    // A client that does not read its FIFO does not hold a deletion up: all that clients of the CRI have for it is ten seconds.
    private const long DrainPatience = 5000;

    // Delete's answer makes containerd's client cancel the opening of its FIFOs, and lose what is in one that the kernel has opened for it
    // but whose goroutine has not run since (Cancel() of pkg/cio, and containerd's fifo package). A client that is gone reads nothing.
    private const long ReadPatience = 500, ReadPause = 5;

    public void Delete(TtrpcCall call, DeleteRequest request)
    {
        if (request.ExecId.Length == 0 && !context.Containers.ContainsKey(request.Id) && context.FindDeleted(request.Id) is { } before)
        {
            call.Reply(before);
            return;
        }
        // Its client has given up waiting.
        if (context.Containers.GetValueOrDefault(request.Id) is { IsBeingCreated: true } awaited) awaited.Init.Streams?.GiveUp("deleted while it is being created");
        if (context.Find(call, request.Id, request.ExecId) is not { } process) return;
        if (process.Streams is { IsAwaited: true } streams) streams.GiveUp("deleted while it is being started");
        if (process.Deleters != null)
        {
            process.Deleters.Add(call);
            return;
        }
        if (process.IsStarting || process.Status == ProcessStatus.Running)
        {
            string state = process is { IsInit: true, Container.IsPaused: true } ? "paused" : "running";
            call.Fail(StatusCode.FailedPrecondition, $"cannot delete a {state} process: failed precondition");
            return;
        }
        process.Deleters = [call];
        AwaitDrained(process, () => AwaitRead(process, Clock.Milliseconds() + ReadPatience, () =>
        {
            if (process.IsInit) DeleteContainer(process.Container);
            else DeleteExec(process);
        }));
    }

    private void AwaitRead(TaskProcess process, long limit, Action then)
    {
        // One that has not read for DrainPatience does not in this time either.
        if (process.Status == ProcessStatus.Created || process.Streams is not { IsDrained: true, HasUnread: true } || Clock.Milliseconds() >= limit) then();
        else context.Loop.After(ReadPause, () => AwaitRead(process, limit, then));
    }

    private void AwaitDrained(TaskProcess process, Action then)
    {
        if (process.Streams is not { IsDrained: false } streams || process.Status == ProcessStatus.Created)
        {
            then();
            return;
        }
        bool isOver = false;
        void Once()
        {
            if (isOver) return;
            isOver = true;
            then();
        }
        streams.Finish();
        Deadline deadline = context.Loop.After(DrainPatience, Once);
        streams.Drained = () =>
        {
            deadline.Dispose();
            Once();
        };
    }

    private void DeleteContainer(TaskContainer container)
    {
        string root = container.Root, id = container.Id, rootfs = $"{container.Bundle}/rootfs";
        context.Start(() =>
        {
            try
            {
                DeleteCommand.Run(root, id, force: false);
            }
            // Somebody has deleted it beside us; the mounts are still ours.
            catch (RuncsException e) when (e.Kind == FailureKind.NotFound)
            {
            }
            RootfsMounts.Unmount(rootfs);
            return new OperationResult();
        }, result =>
        {
            TaskProcess init = container.Init;
            if (result.Error != null)
            {
                List<TtrpcCall> callers = init.Deleters!;
                // It can be tried again.
                init.Deleters = null;
                foreach (TtrpcCall call in callers) call.Fail(StatusCode.Unknown, $"failed to delete task: {result.Error}");
            }
            // One that was created and never started has been killed just now.
            else if (init.Status == ProcessStatus.Stopped) EndContainer(container);
            else init.Reported = () => EndContainer(container);
        });
    }

    private void EndContainer(TaskContainer container)
    {
        TaskProcess init = container.Init;
        DeleteResponse response = Answer(init);
        context.Forget(container, response);
        foreach (TtrpcCall call in init.Deleters!) call.Reply(response);
        context.Publish(new TaskDelete { ContainerId = container.Id, Pid = response.Pid, ExitStatus = response.ExitStatus, ExitedAt = response.ExitedAt });
    }

    private static void DeleteExec(TaskProcess exec)
    {
        exec.Unprepare();
        exec.Streams?.Dispose();
        exec.Container.Execs.Remove(exec.ExecId);
        DeleteResponse response = Answer(exec);
        foreach (TtrpcCall call in exec.Deleters!) call.Reply(response);
    }

    private static DeleteResponse Answer(TaskProcess process) => new() { Pid = (uint)process.Pid, ExitStatus = (uint)(process.ExitCode ?? 0), ExitedAt = process.ExitedAt };
}
