// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Answers <see cref="WaitRequest"/>.</summary>
internal sealed class WaitResponse : IProtoMessage
{
    public uint ExitStatus { get; init; }

    public UnixTime? ExitedAt { get; init; }

    public void Write(ProtoWriter writer)
    {
        writer.Number(1, ExitStatus);
        writer.Message(2, ExitedAt);
    }
}
