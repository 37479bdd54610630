// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Answers <see cref="CreateTaskRequest"/>.</summary>
internal sealed class CreateTaskResponse : IProtoMessage
{
    public uint Pid { get; init; }

    public void Write(ProtoWriter writer) => writer.Number(1, Pid);
}
