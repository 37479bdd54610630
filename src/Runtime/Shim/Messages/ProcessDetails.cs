// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>What a <see cref="ProcessInfo"/> adds (containerd.runc.v1).</summary>
internal sealed class ProcessDetails : IProtoMessage
{
    /// <summary>The name of the type in an <see cref="Any"/>.</summary>
    public const string TypeName = "containerd.runc.v1.ProcessDetails";

    public string ExecId { get; init; } = "";

    public void Write(ProtoWriter writer) => writer.Text(1, ExecId);
}
