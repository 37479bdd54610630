// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>The container continues.</summary>
internal sealed class TaskResumed : ITaskEvent
{
    /// <summary>The name of the type in an <see cref="Any"/>.</summary>
    public const string TypeName = "containerd.events.TaskResumed";

    string ITaskEvent.TypeName => TypeName;

    public string Topic => "/tasks/resumed";

    public string ContainerId { get; init; } = "";

    public void Write(ProtoWriter writer) => writer.Text(1, ContainerId);
}
