// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>How a call has ended (google.rpc); its details are left out.</summary>
internal sealed class Status : IProtoMessage
{
    public StatusCode Code { get; set; }

    public string Message { get; set; } = "";

    /// <returns>Null if the bytes are not a message.</returns>
    public static Status? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new Status();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Varint): message.Code = (StatusCode)reader.Varint; break;
                case (2, WireType.Bytes): message.Message = reader.Text; break;
            }
        }
        return reader.IsMalformed ? null : message;
    }

    public void Write(ProtoWriter writer)
    {
        writer.Signed(1, (int)Code);
        writer.Text(2, Message);
    }
}
