// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>The container's first process has been started.</summary>
internal sealed class TaskStart : ITaskEvent
{
    /// <summary>The name of the type in an <see cref="Any"/>.</summary>
    public const string TypeName = "containerd.events.TaskStart";

    string ITaskEvent.TypeName => TypeName;

    public string Topic => "/tasks/start";

    public string ContainerId { get; init; } = "";

    public uint Pid { get; init; }

    public void Write(ProtoWriter writer)
    {
        writer.Text(1, ContainerId);
        writer.Number(2, Pid);
    }
}
