// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>A checkpoint of the container has been written.</summary>
internal sealed class TaskCheckpointed : ITaskEvent
{
    /// <summary>The name of the type in an <see cref="Any"/>.</summary>
    public const string TypeName = "containerd.events.TaskCheckpointed";

    string ITaskEvent.TypeName => TypeName;

    public string Topic => "/tasks/checkpointed";

    public string ContainerId { get; init; } = "";

    public string Checkpoint { get; init; } = "";

    public void Write(ProtoWriter writer)
    {
        writer.Text(1, ContainerId);
        writer.Text(2, Checkpoint);
    }
}
