// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Shim.Messages;
using Runcs.Shim.Ttrpc;

namespace Runcs.Shim.Tasks;

/// <summary>
/// containerd's task service, versions 2 and 3, which differ in their name alone. Each call is answered from what this
/// process knows, or by an operation in a clone.
/// </summary>
internal sealed class TaskService
{
    private const string Version2 = "containerd.task.v2.Task", Version3 = "containerd.task.v3.Task";

    private readonly TaskContext _context;
    private readonly TaskCreation _creation;
    private readonly TaskStart _start;
    private readonly TaskDeletion _deletion;
    private readonly TaskControl _control;
    private readonly TaskQueries _queries;
    private readonly Action _shutdown;

    /// <param name="context">The containers.</param>
    /// <param name="shutdown">Called when a client has no more use for this process, which has no container.</param>
    public TaskService(TaskContext context, Action shutdown)
    {
        var exits = new TaskExits(context);
        (_context, _shutdown) = (context, shutdown);
        (_creation, _start, _deletion) = (new TaskCreation(context, exits), new TaskStart(context, exits), new TaskDeletion(context));
        (_control, _queries) = (new TaskControl(context, exits), new TaskQueries(context));
    }

    public void Handle(TtrpcCall call)
    {
        if (call.Service is not (Version2 or Version3))
        {
            call.Fail(StatusCode.Unimplemented, $"service {call.Service}");
            return;
        }
        byte[] payload = call.Payload;
        switch (call.Method)
        {
            case "Create": Pass(call, CreateTaskRequest.Read(payload), _creation.Create); break;
            case "Start": Pass(call, StartRequest.Read(payload), _start.Start); break;
            case "Exec": Pass(call, ExecProcessRequest.Read(payload), _start.Exec); break;
            case "Delete": Pass(call, DeleteRequest.Read(payload), _deletion.Delete); break;
            case "Kill": Pass(call, KillRequest.Read(payload), _control.Kill); break;
            case "Pause": Pass(call, PauseRequest.Read(payload), _control.Pause); break;
            case "Resume": Pass(call, ResumeRequest.Read(payload), _control.Resume); break;
            case "Update": Pass(call, UpdateTaskRequest.Read(payload), _control.Update); break;
            case "ResizePty": Pass(call, ResizePtyRequest.Read(payload), _control.ResizePty); break;
            case "CloseIO": Pass(call, CloseIORequest.Read(payload), _control.CloseIO); break;
            case "State": Pass(call, StateRequest.Read(payload), _queries.State); break;
            case "Wait": Pass(call, WaitRequest.Read(payload), _queries.Wait); break;
            case "Pids": Pass(call, PidsRequest.Read(payload), _queries.Pids); break;
            case "Stats": Pass(call, StatsRequest.Read(payload), _queries.Stats); break;
            case "Connect": Pass(call, ConnectRequest.Read(payload), _queries.Connect); break;
            case "Shutdown": Pass(call, ShutdownRequest.Read(payload), Shutdown); break;
            default: call.Fail(StatusCode.Unimplemented, $"method {call.Method}"); break;
        }
    }

    private static void Pass<T>(TtrpcCall call, T? message, Action<TtrpcCall, T> handle) where T : class
    {
        if (message == null) call.Fail(StatusCode.InvalidArgument, $"the payload of {call.Method} is malformed");
        else handle(call, message);
    }

    private void Shutdown(TtrpcCall call, ShutdownRequest request)
    {
        call.Reply(new Empty());
        if (_context.Containers.Count == 0) _shutdown();
    }
}
