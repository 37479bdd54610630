// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>A call of ttrpc.</summary>
internal sealed class Request : IProtoMessage
{
    public string Service { get; set; } = "";

    public string Method { get; set; } = "";

    public byte[] Payload { get; set; } = [];

    /// <summary>From the receipt on; 0 for no limit.</summary>
    public long TimeoutNano { get; set; }

    public List<KeyValue> Metadata { get; init; } = [];

    /// <returns>Null if the bytes are not a message.</returns>
    public static Request? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new Request();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): message.Service = reader.Text; break;
                case (2, WireType.Bytes): message.Method = reader.Text; break;
                case (3, WireType.Bytes): message.Payload = reader.Bytes.ToArray(); break;
                case (4, WireType.Varint): message.TimeoutNano = (long)reader.Varint; break;
                case (5, WireType.Bytes):
                    if (KeyValue.Read(reader.Bytes) is not { } entry) return null;
                    message.Metadata.Add(entry);
                    break;
            }
        }
        return reader.IsMalformed ? null : message;
    }

    public void Write(ProtoWriter writer)
    {
        writer.Text(1, Service);
        writer.Text(2, Method);
        writer.Bytes(3, Payload);
        writer.Signed(4, TimeoutNano);
        writer.Messages(5, Metadata);
    }
}
