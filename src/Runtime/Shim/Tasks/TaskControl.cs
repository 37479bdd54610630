// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Containers;
using Runcs.Containers.Commands;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Shim.Messages;
using Runcs.Shim.Ttrpc;
using Runcs.Supervision;

namespace Runcs.Shim.Tasks;

/// <summary>The calls that change a container that runs: Kill, Pause, Resume, Update, ResizePty, CloseIO.</summary>
internal sealed class TaskControl(TaskContext context, TaskExits exits)
{
    public void Kill(TtrpcCall call, KillRequest request)
    {
        if (context.Find(call, request.Id, request.ExecId) is not { } process) return;
        if (process.Pid == 0)
        {
            call.Fail(process.Status == ProcessStatus.Stopped ? StatusCode.NotFound : StatusCode.FailedPrecondition, "process not created");
            return;
        }
        if (process.ExitCode != null || process.Child == null)
        {
            FailFinished(call);
            return;
        }
        int signal = (int)request.Signal;
        TaskContainer container = process.Container;
        // A clone is needed only where more than one process is meant or a frozen one is to end.
        bool isAlone = signal != Processes.SIGKILL || (!container.IsPaused && container.Record!.PrivatePidNamespace);
        if (!process.IsInit || (!request.All && isAlone))
        {
            Errno errno = process.Child.TrySignal(signal);
            if (errno.Value == Errno.ESRCH) FailFinished(call);
            else if (errno.IsError) call.Fail(StatusCode.Unknown, $"unable to signal process {process.Pid}: {errno.Message}");
            else call.Reply(new Empty());
            return;
        }
        (string root, string id, bool all) = (container.Root, container.Id, request.All);
        TaskExits.Hold(container);
        context.Start(() =>
        {
            if (all) SignalAll(container, signal);
            else KillCommand.Run(root, id, signal.ToString(System.Globalization.CultureInfo.InvariantCulture), goneIsFine: false);
            return new OperationResult();
        }, result =>
        {
            if (result.Error == null) call.Reply(new Empty());
            else if (result.Kind == FailureKind.NotRunning) FailFinished(call);
            else call.Fail(StatusCode.Unknown, result.Error);
            exits.Release(container);
        });
    }

    public void Pause(TtrpcCall call, PauseRequest request)
    {
        if (context.Find(call, request.Id) is not { } container) return;
        (string root, string id) = (container.Root, container.Id);
        container.IsPausing = true;
        context.Start(() =>
        {
            PauseCommand.Run(root, id);
            return new OperationResult();
        }, result =>
        {
            container.IsPausing = false;
            if (result.Error == null) container.IsPaused = true;
            Answer(call, result, "OCI runtime pause failed", new TaskPaused { ContainerId = id });
        });
    }

    public void Resume(TtrpcCall call, ResumeRequest request)
    {
        if (context.Find(call, request.Id) is not { } container) return;
        (string root, string id) = (container.Root, container.Id);
        context.Start(() =>
        {
            ResumeCommand.Run(root, id);
            return new OperationResult();
        }, result =>
        {
            if (result.Error == null) container.IsPaused = false;
            Answer(call, result, "OCI runtime resume failed", new TaskResumed { ContainerId = id });
        });
    }

    public void Update(TtrpcCall call, UpdateTaskRequest request)
    {
        if (context.Find(call, request.Id) is not { } container) return;
        (string root, string id, byte[] resources) = (container.Root, container.Id, request.Resources?.Value ?? []);
        context.Start(() =>
        {
            UpdateCommand.Run(root, id, LinuxResources.Read(resources, out _), "", "");
            return new OperationResult();
        }, result => Answer(call, result, "OCI runtime update failed", null));
    }

    public void ResizePty(TtrpcCall call, ResizePtyRequest request)
    {
        if (context.Find(call, request.Id, request.ExecId) is not { } process) return;
        // As with runc's shim, there is nothing to do without a terminal.
        Errno errno = process.Streams?.TryResize((ushort)request.Height, (ushort)request.Width) ?? Errno.None;
        if (errno.IsError && errno.Value != Errno.ENOTTY) call.Fail(StatusCode.Unknown, $"unable to resize the terminal: {errno.Message}");
        else call.Reply(new Empty());
    }

    public void CloseIO(TtrpcCall call, CloseIORequest request)
    {
        if (context.Find(call, request.Id, request.ExecId) is not { } process) return;
        if (request.Stdin) process.Streams?.CloseInput();
        call.Reply(new Empty());
    }

    private void Answer(TtrpcCall call, OperationResult result, string failure, ITaskEvent? published)
    {
        if (result.Error != null)
        {
            call.Fail(StatusCode.Unknown, $"{failure}: {result.Error}");
            return;
        }
        if (published != null) context.Publish(published);
        call.Reply(new Empty());
    }

    private static void SignalAll(TaskContainer container, int signal)
    {
        if (!ContainerCgroup.Signal(container.Record!, signal)) throw ContainerErrors.NotRunning(container.Id, ContainerStatus.Stopped);
    }

    // Clients take the code for "it has ended already".
    private static void FailFinished(TtrpcCall call) => call.Fail(StatusCode.NotFound, "process already finished: not found");
}
