// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Asks for the end of a process; answered when it has ended.</summary>
internal sealed class WaitRequest
{
    public string Id { get; set; } = "";

    /// <summary>"" for the first process.</summary>
    public string ExecId { get; set; } = "";

    /// <returns>Null if the bytes are not a message.</returns>
    public static WaitRequest? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new WaitRequest();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): message.Id = reader.Text; break;
                case (2, WireType.Bytes): message.ExecId = reader.Text; break;
            }
        }
        return reader.IsMalformed ? null : message;
    }
}
