// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Registers a further process of the container. <see cref="StartRequest"/> starts it.</summary>
internal sealed class ExecProcessRequest
{
    public string Id { get; set; } = "";

    public string ExecId { get; set; } = "";

    public bool Terminal { get; set; }

    public string Stdin { get; set; } = "";

    public string Stdout { get; set; } = "";

    public string Stderr { get; set; } = "";

    /// <summary>The <c>process</c> of a config as JSON.</summary>
    public Any? Spec { get; set; }

    /// <returns>Null if the bytes are not a message.</returns>
    public static ExecProcessRequest? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new ExecProcessRequest();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): message.Id = reader.Text; break;
                case (2, WireType.Bytes): message.ExecId = reader.Text; break;
                case (3, WireType.Varint): message.Terminal = reader.Varint != 0; break;
                case (4, WireType.Bytes): message.Stdin = reader.Text; break;
                case (5, WireType.Bytes): message.Stdout = reader.Text; break;
                case (6, WireType.Bytes): message.Stderr = reader.Text; break;
                case (7, WireType.Bytes):
                    if (Any.Read(reader.Bytes) is not { } spec) return null;
                    message.Spec = spec;
                    break;
            }
        }
        return reader.IsMalformed ? null : message;
    }
}
