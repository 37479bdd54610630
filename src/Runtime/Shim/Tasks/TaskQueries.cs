// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Native;
using Runcs.Protobuf;
using Runcs.Shim.Messages;
using Runcs.Shim.Ttrpc;

namespace Runcs.Shim.Tasks;

/// <summary>The calls that only read: State, Wait, Pids, Stats, Connect.</summary>
internal sealed class TaskQueries(TaskContext context)
{
    public void State(TtrpcCall call, StateRequest request)
    {
        if (context.Find(call, request.Id, request.ExecId) is not { } process) return;
        bool hasEnded = process.Status == ProcessStatus.Stopped;
        call.Reply(new StateResponse
        {
            Id = process.IsInit ? process.Container.Id : process.ExecId,
            Bundle = process.Container.Bundle,
            Pid = (uint)process.Pid,
            Status = Status(process),
            Stdin = process.Stdio.Input,
            Stdout = process.Stdio.Output,
            Stderr = process.Stdio.Error,
            Terminal = process.Stdio.Terminal,
            ExitStatus = hasEnded ? (uint)process.ExitCode!.Value : 0,
            ExitedAt = hasEnded ? process.ExitedAt : null,
            ExecId = process.ExecId,
        });
    }

    public void Wait(TtrpcCall call, WaitRequest request)
    {
        if (context.Find(call, request.Id, request.ExecId) is not { } process) return;
        if (process.Status == ProcessStatus.Stopped) call.Reply(TaskExits.Answer(process));
        else
        {
            process.Waiters.RemoveAll(waiter => waiter.IsAbandoned);
            process.Waiters.Add(call);
        }
    }

    public void Pids(TtrpcCall call, PidsRequest request)
    {
        if (context.Find(call, request.Id) is not { } container) return;
        var list = new List<ProcessInfo>();
        foreach (int pid in container.Cgroup.Processes()) list.Add(new ProcessInfo { Pid = (uint)pid, Info = Details(container, pid) });
        call.Reply(new PidsResponse { Processes = list });
    }

    public void Stats(TtrpcCall call, StatsRequest request)
    {
        if (context.Find(call, request.Id) is not { } container) return;
        var metrics = new ProtoWriter();
        container.Cgroup.WriteMetrics(metrics, container.OomReports);
        call.Reply(new StatsResponse { Stats = new Any { TypeUrl = container.Cgroup.MetricsType, Value = metrics.Written.ToArray() } });
    }

    public void Connect(TtrpcCall call, ConnectRequest request)
    {
        context.Containers.TryGetValue(request.Id, out TaskContainer? container);
        call.Reply(new ConnectResponse { ShimPid = (uint)Processes.GetPid(), TaskPid = (uint)(container?.Init.Pid ?? 0) });
    }

    private static ProcessStatus Status(TaskProcess process) => process.Status switch
    {
        ProcessStatus.Created or ProcessStatus.Running when process.Container.IsPaused => ProcessStatus.Paused,
        ProcessStatus.Running when process.Container.IsPausing => ProcessStatus.Pausing,
        _ => process.Status,
    };

    private static Any? Details(TaskContainer container, int pid)
    {
        foreach (TaskProcess exec in container.Execs.Values)
        {
            if (exec.Pid == pid && exec.Status == ProcessStatus.Running) return Any.Of(ProcessDetails.TypeName, new ProcessDetails { ExecId = exec.ExecId });
        }
        return null;
    }
}
