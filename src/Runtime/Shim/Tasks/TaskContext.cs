// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Shim.Messages;
using Runcs.Shim.Ttrpc;
using Runcs.Supervision;

namespace Runcs.Shim.Tasks;

/// <summary>What the parts of the task service share.</summary>
internal sealed class TaskContext(EventLoop loop, Children children, EventPublisher publisher, string containerdNamespace)
{
    // Those that a client may still ask for.
    private const int MostDeleted = 1024;

    private readonly Dictionary<string, DeleteResponse> _deleted = [];
    private readonly Queue<string> _order = new();

    public EventLoop Loop => loop;

    public Children Children => children;

    public string Namespace => containerdNamespace;

    public Dictionary<string, TaskContainer> Containers { get; } = [];

    public void Publish(ITaskEvent next) => publisher.Publish(next);

    /// <summary>The container has been deleted. A client whose call was cancelled meanwhile asks again and gets the same answer.</summary>
    public void Forget(TaskContainer container, DeleteResponse response)
    {
        Containers.Remove(container.Id);
        container.Dispose();
        if (_deleted.TryAdd(container.Id, response)) _order.Enqueue(container.Id);
        else _deleted[container.Id] = response;
        if (_order.Count > MostDeleted) _deleted.Remove(_order.Dequeue());
    }

    public DeleteResponse? FindDeleted(string id) => _deleted.GetValueOrDefault(id);

    /// <summary>The container; null if there is none, and the call has been answered.</summary>
    public TaskContainer? Find(TtrpcCall call, string id)
    {
        if (Containers.TryGetValue(id, out TaskContainer? container) && !container.IsBeingCreated) return container;
        call.Fail(StatusCode.NotFound, "container not created: not found");
        return null;
    }

    /// <summary>The process; null if there is none, and the call has been answered.</summary>
    public TaskProcess? Find(TtrpcCall call, string id, string execId)
    {
        if (Find(call, id) is not { } container) return null;
        if (execId.Length == 0) return container.Init;
        if (container.Execs.TryGetValue(execId, out TaskProcess? process)) return process;
        call.Fail(StatusCode.NotFound, $"process does not exist {execId}: not found");
        return null;
    }

    public void Start(Func<OperationResult> task, Action<OperationResult> done, ReadOnlySpan<int> keep = default, Action<OperationResult>? answered = null) =>
        Operation.Start(loop, task, done, keep, answered: answered);
}
