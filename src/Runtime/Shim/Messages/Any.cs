// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>A message of another type, or JSON, with the name of its type (google.protobuf).</summary>
internal sealed class Any : IProtoMessage
{
    public string TypeUrl { get; set; } = "";

    public byte[] Value { get; set; } = [];

    /// <summary>The type's name. containerd writes it alone, others behind a URL's host and a slash.</summary>
    public string TypeName => TypeUrl[(TypeUrl.LastIndexOf('/') + 1)..];

    public static Any Of(string typeName, IProtoMessage message) => new() { TypeUrl = typeName, Value = message.ToBytes() };

    /// <returns>Null if the bytes are not a message.</returns>
    public static Any? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new Any();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): message.TypeUrl = reader.Text; break;
                case (2, WireType.Bytes): message.Value = reader.Bytes.ToArray(); break;
            }
        }
        return reader.IsMalformed ? null : message;
    }

    public void Write(ProtoWriter writer)
    {
        writer.Text(1, TypeUrl);
        writer.Bytes(2, Value);
    }
}
