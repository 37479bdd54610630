// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>The OOM killer has killed a process of the container.</summary>
internal sealed class TaskOOM : ITaskEvent
{
    /// <summary>The name of the type in an <see cref="Any"/>.</summary>
    public const string TypeName = "containerd.events.TaskOOM";

    string ITaskEvent.TypeName => TypeName;

    public string Topic => "/tasks/oom";

    public string ContainerId { get; init; } = "";

    public void Write(ProtoWriter writer) => writer.Text(1, ContainerId);
}
