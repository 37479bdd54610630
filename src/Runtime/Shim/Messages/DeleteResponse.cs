// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Answers <see cref="DeleteRequest"/>; also the output of the shim's <c>delete</c>.</summary>
internal sealed class DeleteResponse : IProtoMessage
{
    public uint Pid { get; init; }

    public uint ExitStatus { get; init; }

    public UnixTime? ExitedAt { get; init; }

    public void Write(ProtoWriter writer)
    {
        writer.Number(1, Pid);
        writer.Number(2, ExitStatus);
        writer.Message(3, ExitedAt);
    }
}
