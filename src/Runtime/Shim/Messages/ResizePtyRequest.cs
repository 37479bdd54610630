// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Sets the size of a process's terminal.</summary>
internal sealed class ResizePtyRequest
{
    public string Id { get; set; } = "";

    public string ExecId { get; set; } = "";

    public uint Width { get; set; }

    public uint Height { get; set; }

    /// <returns>Null if the bytes are not a message.</returns>
    public static ResizePtyRequest? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new ResizePtyRequest();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): message.Id = reader.Text; break;
                case (2, WireType.Bytes): message.ExecId = reader.Text; break;
                case (3, WireType.Varint): message.Width = (uint)reader.Varint; break;
                case (4, WireType.Varint): message.Height = (uint)reader.Varint; break;
            }
        }
        return reader.IsMalformed ? null : message;
    }
}
