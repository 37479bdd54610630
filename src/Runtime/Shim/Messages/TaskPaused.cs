// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>The container has been frozen.</summary>
internal sealed class TaskPaused : ITaskEvent
{
    /// <summary>The name of the type in an <see cref="Any"/>.</summary>
    public const string TypeName = "containerd.events.TaskPaused";

    string ITaskEvent.TypeName => TypeName;

    public string Topic => "/tasks/paused";

    public string ContainerId { get; init; } = "";

    public void Write(ProtoWriter writer) => writer.Text(1, ContainerId);
}
