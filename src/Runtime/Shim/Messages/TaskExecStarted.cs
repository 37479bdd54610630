// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>A further process has been started.</summary>
internal sealed class TaskExecStarted : ITaskEvent
{
    /// <summary>The name of the type in an <see cref="Any"/>.</summary>
    public const string TypeName = "containerd.events.TaskExecStarted";

    string ITaskEvent.TypeName => TypeName;

    public string Topic => "/tasks/exec-started";

    public string ContainerId { get; init; } = "";

    public string ExecId { get; init; } = "";

    public uint Pid { get; init; }

    public void Write(ProtoWriter writer)
    {
        writer.Text(1, ContainerId);
        writer.Text(2, ExecId);
        writer.Number(3, Pid);
    }
}
