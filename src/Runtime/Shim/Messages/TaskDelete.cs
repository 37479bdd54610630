// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>A container has been deleted, or a process of it.</summary>
internal sealed class TaskDelete : ITaskEvent
{
    /// <summary>The name of the type in an <see cref="Any"/>.</summary>
    public const string TypeName = "containerd.events.TaskDelete";

    string ITaskEvent.TypeName => TypeName;

    public string Topic => "/tasks/delete";

    public string ContainerId { get; init; } = "";

    public uint Pid { get; init; }

    public uint ExitStatus { get; init; }

    public UnixTime? ExitedAt { get; init; }

    /// <summary>"" for the container, else the process's id.</summary>
    public string Id { get; init; } = "";

    public void Write(ProtoWriter writer)
    {
        writer.Text(1, ContainerId);
        writer.Number(2, Pid);
        writer.Number(3, ExitStatus);
        writer.Message(4, ExitedAt);
        writer.Text(5, Id);
    }
}
