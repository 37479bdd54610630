// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>A container has been created.</summary>
internal sealed class TaskCreate : ITaskEvent
{
    /// <summary>The name of the type in an <see cref="Any"/>.</summary>
    public const string TypeName = "containerd.events.TaskCreate";

    string ITaskEvent.TypeName => TypeName;

    public string Topic => "/tasks/create";

    public string ContainerId { get; init; } = "";

    public string Bundle { get; init; } = "";

    public IReadOnlyList<Mount> Rootfs { get; init; } = [];

    public TaskIO? Io { get; init; }

    public string Checkpoint { get; init; } = "";

    public uint Pid { get; init; }

    public void Write(ProtoWriter writer)
    {
        writer.Text(1, ContainerId);
        writer.Text(2, Bundle);
        writer.Messages(3, Rootfs);
        writer.Message(4, Io);
        writer.Text(5, Checkpoint);
        writer.Number(6, Pid);
    }
}
