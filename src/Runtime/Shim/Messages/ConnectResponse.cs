// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Answers <see cref="ConnectRequest"/>.</summary>
internal sealed class ConnectResponse : IProtoMessage
{
    public uint ShimPid { get; init; }

    public uint TaskPid { get; init; }

    public string Version { get; init; } = "";

    public void Write(ProtoWriter writer)
    {
        writer.Number(1, ShimPid);
        writer.Number(2, TaskPid);
        writer.Text(3, Version);
    }
}
