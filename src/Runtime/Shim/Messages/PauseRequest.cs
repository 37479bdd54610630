// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Freezes the container's processes.</summary>
internal sealed class PauseRequest
{
    public string Id { get; set; } = "";

    /// <returns>Null if the bytes are not a message.</returns>
    public static PauseRequest? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new PauseRequest();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): message.Id = reader.Text; break;
            }
        }
        return reader.IsMalformed ? null : message;
    }
}
