// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Closes the write end of a process's stdin that the shim holds.</summary>
internal sealed class CloseIORequest
{
    public string Id { get; set; } = "";

    /// <summary>"" for the first process.</summary>
    public string ExecId { get; set; } = "";

    public bool Stdin { get; set; }

    /// <returns>Null if the bytes are not a message.</returns>
    public static CloseIORequest? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new CloseIORequest();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): message.Id = reader.Text; break;
                case (2, WireType.Bytes): message.ExecId = reader.Text; break;
                case (3, WireType.Varint): message.Stdin = reader.Varint != 0; break;
            }
        }
        return reader.IsMalformed ? null : message;
    }
}
