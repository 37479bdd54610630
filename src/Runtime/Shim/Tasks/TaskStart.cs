// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Containers;
using Runcs.Containers.Commands;
using Runcs.Native;
using Runcs.Plan;
using Runcs.Shim.Messages;
using Runcs.Shim.Streams;
using Runcs.Shim.Ttrpc;
using Runcs.Supervision;
using Runcs.Terminal;

namespace Runcs.Shim.Tasks;

/// <summary>Exec, which only notes a further process, and Start of a container or such a process.</summary>
internal sealed class TaskStart(TaskContext context, TaskExits exits)
{
    public void Exec(TtrpcCall call, ExecProcessRequest request)
    {
        if (context.Find(call, request.Id) is not { } container) return;
        if (container.Execs.ContainsKey(request.ExecId) || request.ExecId.Length == 0)
        {
            call.Fail(request.ExecId.Length == 0 ? StatusCode.InvalidArgument : StatusCode.AlreadyExists, $"id {request.ExecId}: already exists");
            return;
        }
        if (IsOver(call, container)) return;
        if (container.IsPaused)
        {
            call.Fail(StatusCode.Unknown, "cannot exec in a paused state");
            return;
        }
        var exec = new TaskProcess(container, request.ExecId, new StdioRequest(request.Stdin, request.Stdout, request.Stderr, request.Terminal)) { Spec = request.Spec?.Value ?? [] };
        container.Execs.Add(request.ExecId, exec);
        call.Reply(new Empty());
        context.Publish(new TaskExecAdded { ContainerId = container.Id, ExecId = request.ExecId });
        Prepare(exec);
    }

    // Its client starts it next, as a rule. Until then a clone reads the container's state, plans the process, and waits for its streams.
    private void Prepare(TaskProcess exec)
    {
        Operation? operation = Operation.Prepare(context.Loop, receive => MakeInClone(exec, () => new ContainerStreams(receive().Release(), receive().Release(), receive().Release()), default));
        exec.Prepare(operation, context.Loop.After(Patience, exec.Unprepare));
    }

    public void Start(TtrpcCall call, StartRequest request)
    {
        if (context.Find(call, request.Id, request.ExecId) is not { } process) return;
        if (process.IsStarting || process.Status != ProcessStatus.Created || process.Deleters != null)
        {
            call.Fail(StatusCode.FailedPrecondition, process.IsInit
                ? $"cannot start a container that is {Name(process)}: failed precondition"
                : $"cannot start process {process.ExecId}, which is {Name(process)}: failed precondition");
            return;
        }
        process.IsStarting = true;
        if (process.IsInit) StartInit(call, process);
        else StartExec(call, process);
    }

    private static string Name(TaskProcess process) =>
        process.Deleters != null ? "being deleted" : process.IsStarting ? "being started" : process.Status == ProcessStatus.Stopped ? "stopped" : "running";

    private static bool IsOver(TtrpcCall call, TaskContainer container)
    {
        if (container.Init.ExitCode == null && container.Init.Deleters == null) return false;
        call.Fail(StatusCode.FailedPrecondition, $"container {container.Id} init process is not running: failed precondition");
        return true;
    }

    private void StartInit(TtrpcCall call, TaskProcess init)
    {
        TaskContainer container = init.Container;
        string root = container.Root, id = container.Id;
        context.Start(() =>
        {
            StartCommand.Run(root, id, notifySocket: null);
            return new OperationResult();
        }, result =>
        {
            if (result.Error == null)
            {
                init.Status = ProcessStatus.Running;
                call.Reply(new StartResponse { Pid = (uint)init.Pid });
                context.Publish(new Messages.TaskStart { ContainerId = id, Pid = (uint)init.Pid });
            }
            else call.Fail(StatusCode.Unknown, $"OCI runtime start failed: {result.Error}");
            exits.EndStart(init);
        });
    }

    private void StartExec(TtrpcCall call, TaskProcess exec)
    {
        if (IsOver(call, exec.Container))
        {
            exec.IsStarting = false;
            return;
        }
        try
        {
            exec.Streams = ProcessStreams.Open(context.Loop, context.Children, exec.Stdio, exec.Container.Options.StreamOwner, exec.Container.Id, context.Namespace,
                (streams, failure) => MakeExec(call, exec, streams, failure));
        }
        catch (RuncsException e)
        {
            FailExec(call, exec, e.Message);
        }
    }

    private void MakeExec(TtrpcCall call, TaskProcess exec, ProcessStreams streams, string? failure)
    {
        exec.Streams = streams;
        if (failure != null)
        {
            FailExec(call, exec, failure);
            return;
        }
        Action<OperationResult> done = context.Children.Expect(result => EndExec(call, exec, result));
        void Answered(OperationResult result) => AnswerExec(call, exec, streams, result);
        ContainerStreams all = streams.OfProcess;
        if (exec.TakePrepared() is not { } prepared || !prepared.TryContinue(all.ToArray(), done, Answered)) context.Start(() => MakeInClone(exec, null, all), done, streams.Kept(), Answered);
    }

    private static OperationResult MakeInClone(TaskProcess exec, Func<ContainerStreams>? late, ContainerStreams streams)
    {
        TaskContainer container = exec.Container;
        (ConsoleSocket? master, ConsoleSocket? console) = TaskCreation.OpenConsole(exec.Stdio.Terminal);
        int pid = ExecCommand.Start(new ExecOptions
        {
            Id = container.Id,
            Root = container.Root,
            ProcessDocument = exec.Spec,
            Flags = new ProcessFlags { Args = [] },
            LateStreams = late,
            Streams = streams,
            Console = console,
        });
        return new OperationResult { Pid = pid, Descriptor = master?.Receive() };
    }

    // The client need not wait for the end of the clone, which takes as long as the kernel frees its memory. The process is our child then.
    private void AnswerExec(TtrpcCall call, TaskProcess exec, ProcessStreams streams, OperationResult result)
    {
        exec.Pid = result.Pid;
        try
        {
            streams.Begin(result.Descriptor);
            exits.Open(exec);
        }
        catch (RuncsException e)
        {
            FailExec(call, exec, e.Message);
            return;
        }
        exec.Status = ProcessStatus.Running;
        call.Reply(new StartResponse { Pid = (uint)exec.Pid });
        context.Publish(new TaskExecStarted { ContainerId = exec.Container.Id, ExecId = exec.ExecId, Pid = (uint)exec.Pid });
    }

    private void EndExec(TtrpcCall call, TaskProcess exec, OperationResult result)
    {
        if (result.Error != null)
        {
            FailExec(call, exec, $"OCI runtime exec failed: exec failed: {result.Error}");
            return;
        }
        if (exec.Status != ProcessStatus.Running) return;
        try
        {
            context.Children.Watch(exec.Child!);
        }
        catch (RuncsException e)
        {
            FailExec(call, exec, e.Message);
            return;
        }
        exits.EndStart(exec);
    }

    // A process that could not be started counts as stopped: its waiters have their answer, and it can be deleted.
    private void FailExec(TtrpcCall call, TaskProcess exec, string reason)
    {
        exec.Unprepare();
        exec.Streams?.Dispose();
        exec.Streams = null;
        exec.ExitCode = NeverRan;
        (long seconds, int nanoseconds) = Clock.Now();
        exec.ExitedAt = new UnixTime(seconds, nanoseconds);
        exec.Status = ProcessStatus.Stopped;
        foreach (TtrpcCall waiter in exec.Waiters) waiter.Reply(TaskExits.Answer(exec));
        exec.Waiters.Clear();
        call.Fail(StatusCode.Unknown, reason);
        exits.EndStart(exec);
    }

    private const int NeverRan = 255;

    // Milliseconds for which a clone waits for Start.
    private const long Patience = 5000;
}
