// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Shim.Messages;
using Runcs.Shim.Streams;
using Runcs.Shim.Ttrpc;
using Runcs.Supervision;

namespace Runcs.Shim.Tasks;

/// <summary>The first process of a container, or one that was added to it.</summary>
internal sealed class TaskProcess(TaskContainer container, string execId, StdioRequest stdio)
{
    private Operation? _prepared;
    private Deadline? _limit;

    public TaskContainer Container => container;

    /// <summary>"" for the first process.</summary>
    public string ExecId => execId;

    public bool IsInit => execId.Length == 0;

    public StdioRequest Stdio => stdio;

    /// <summary>Created, running or stopped: a pause is the container's.</summary>
    public ProcessStatus Status { get; set; } = ProcessStatus.Created;

    /// <summary>0 before there is one.</summary>
    public int Pid { get; set; }

    /// <summary>Of an added process: the <c>process</c> of a config as JSON.</summary>
    public byte[] Spec { get; init; } = [];

    /// <summary>An operation starts it. Its end is reported after its start.</summary>
    public bool IsStarting { get; set; }

    public Child? Child { get; set; }

    public ProcessStreams? Streams { get; set; }

    /// <summary>Null until it has ended; it may not be reported yet.</summary>
    public int? ExitCode { get; set; }

    public UnixTime? ExitedAt { get; set; }

    /// <summary>Called when its end has been reported.</summary>
    public Action? Reported { get; set; }

    /// <summary>Calls that wait for its end.</summary>
    public List<TtrpcCall> Waiters { get; } = [];

    /// <summary>Calls that delete it; null if none does.</summary>
    public List<TtrpcCall>? Deleters { get; set; }

    /// <param name="operation">Will make it, and waits for its streams; null for none.</param>
    /// <param name="limit">Of the wait.</param>
    public void Prepare(Operation? operation, Deadline limit) => (_prepared, _limit) = (operation, limit);

    public Operation? TakePrepared()
    {
        Operation? prepared = _prepared;
        _prepared = null;
        _limit?.Dispose();
        return prepared;
    }

    /// <summary>It is not made by the operation that was prepared for it.</summary>
    public void Unprepare() => TakePrepared()?.Cancel();

    /// <summary>The end of an exec is reported before that of the container's first process.</summary>
    public bool IsUnreported => IsStarting || (Status == ProcessStatus.Running);
}
