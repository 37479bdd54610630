// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>An entry of ttrpc's metadata, or of a map, which is encoded alike.</summary>
internal sealed class KeyValue : IProtoMessage
{
    public string Key { get; set; } = "";

    public string Value { get; set; } = "";

    /// <returns>Null if the bytes are not a message.</returns>
    public static KeyValue? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new KeyValue();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): message.Key = reader.Text; break;
                case (2, WireType.Bytes): message.Value = reader.Text; break;
            }
        }
        return reader.IsMalformed ? null : message;
    }

    public void Write(ProtoWriter writer)
    {
        writer.Text(1, Key);
        writer.Text(2, Value);
    }
}
