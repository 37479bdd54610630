// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Cgroups;
using Runcs.Containers;
using Runcs.Containers.Storage;
using Runcs.Shim.Messages;
using Runcs.Shim.Streams;
using Runcs.Supervision;

namespace Runcs.Shim.Tasks;

/// <summary>A container with its processes, as containerd knows it: a task.</summary>
internal sealed class TaskContainer : IDisposable
{
    private Cgroup? _cgroup;
    private OomWatch? _oom;
    private Watch? _oomEvents;

    public TaskContainer(CreateTaskRequest request, ShimOptions options, string root)
    {
        (Id, Bundle, Options, Root) = (request.Id, request.Bundle, options, root);
        Init = new TaskProcess(this, "", new StdioRequest(request.Stdin, request.Stdout, request.Stderr, request.Terminal));
    }

    public string Id { get; }

    public string Bundle { get; }

    public ShimOptions Options { get; }

    /// <summary>The directory of the state directories.</summary>
    public string Root { get; }

    public TaskProcess Init { get; }

    public Dictionary<string, TaskProcess> Execs { get; } = [];

    /// <summary>Create has not ended yet.</summary>
    public bool IsBeingCreated { get; set; } = true;

    public bool IsPaused { get; set; }

    public bool IsPausing { get; set; }

    /// <summary>How many OOM events have been reported.</summary>
    public ulong OomReports { get; private set; }

    /// <summary>Operations that kill its processes: ends are reported after them.</summary>
    public int Kills { get; set; }

    /// <summary>Null while it is being created.</summary>
    public ContainerRecord? Record { get; private set; }

    /// <exception cref="Native.RuncsException">The container has none.</exception>
    public Cgroup Cgroup => _cgroup ?? throw new Native.RuncsException("the container has no cgroups");

    /// <summary>The container exists: reads its record, and watches for OOM events.</summary>
    /// <exception cref="Native.RuncsException"/>
    public void Begin(EventLoop loop, Action outOfMemory)
    {
        IsBeingCreated = false;
        Record = Containers.Container.Load(Root, Id);
        _cgroup = ContainerCgroup.Open(Record);
        _oom = _cgroup?.WatchOom();
        if (_oom != null) _oomEvents = loop.Add(_oom.Descriptor, Native.PollEvents.POLLIN, _ => CheckOom(outOfMemory));
    }

    /// <summary>Reports an OOM event that has not been reported: also before the end of a process, which it may be the reason of.</summary>
    public void CheckOom(Action outOfMemory)
    {
        if (_oom == null || !_oom.Take()) return;
        OomReports++;
        outOfMemory();
    }

    /// <summary>Added processes whose end has not been reported.</summary>
    public bool HasUnreportedExecs()
    {
        foreach (TaskProcess exec in Execs.Values)
        {
            if (exec.IsUnreported) return true;
        }
        return false;
    }

    public void Dispose()
    {
        _oomEvents?.Dispose();
        _oom?.Dispose();
        _cgroup?.Dispose();
        Init.Streams?.Dispose();
        foreach (TaskProcess exec in Execs.Values)
        {
            exec.Unprepare();
            exec.Streams?.Dispose();
        }
    }
}
