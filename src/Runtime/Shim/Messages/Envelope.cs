// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>An event with its time and topic (containerd.types; the same in every version).</summary>
internal sealed class Envelope : IProtoMessage
{
    public UnixTime? Timestamp { get; init; }

    public string Namespace { get; init; } = "";

    public string Topic { get; init; } = "";

    public Any? Event { get; init; }

    public void Write(ProtoWriter writer)
    {
        writer.Message(1, Timestamp);
        writer.Text(2, Namespace);
        writer.Text(3, Topic);
        writer.Message(4, Event);
    }
}
