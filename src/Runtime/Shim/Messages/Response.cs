// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>The answer to a call of ttrpc.</summary>
internal sealed class Response : IProtoMessage
{
    /// <summary>Null or code 0 if the call has succeeded.</summary>
    public Status? Status { get; set; }

    public byte[] Payload { get; set; } = [];

    /// <returns>Null if the bytes are not a message.</returns>
    public static Response? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new Response();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes):
                    if (Status.Read(reader.Bytes) is not { } status) return null;
                    message.Status = status;
                    break;
                case (2, WireType.Bytes): message.Payload = reader.Bytes.ToArray(); break;
            }
        }
        return reader.IsMalformed ? null : message;
    }

    public void Write(ProtoWriter writer)
    {
        writer.Message(1, Status);
        writer.Bytes(2, Payload);
    }
}
