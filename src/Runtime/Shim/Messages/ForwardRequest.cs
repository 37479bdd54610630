// SPDX-License-Identifier: Apache-2.0
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Gives an event to containerd (containerd.services.events.ttrpc.v1).</summary>
internal sealed class ForwardRequest : IProtoMessage
{
    public Envelope? Envelope { get; init; }

    public void Write(ProtoWriter writer) => writer.Message(1, Envelope);
}
