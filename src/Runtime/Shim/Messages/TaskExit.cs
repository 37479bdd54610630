// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>A process has ended.</summary>
internal sealed class TaskExit : ITaskEvent
{
    /// <summary>The name of the type in an <see cref="Any"/>.</summary>
    public const string TypeName = "containerd.events.TaskExit";

    string ITaskEvent.TypeName => TypeName;

    public string Topic => "/tasks/exit";

    public string ContainerId { get; init; } = "";

    /// <summary>The container's id for its first process, else the process's own.</summary>
    public string Id { get; init; } = "";

    public uint Pid { get; init; }

    public uint ExitStatus { get; init; }

    public UnixTime? ExitedAt { get; init; }

    public void Write(ProtoWriter writer)
    {
        writer.Text(1, ContainerId);
        writer.Text(2, Id);
        writer.Number(3, Pid);
        writer.Number(4, ExitStatus);
        writer.Message(5, ExitedAt);
    }
}
