// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Ends the shim if it has no container.</summary>
internal sealed class ShutdownRequest
{
    public string Id { get; set; } = "";

    public bool Now { get; set; }

    /// <returns>Null if the bytes are not a message.</returns>
    public static ShutdownRequest? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new ShutdownRequest();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): message.Id = reader.Text; break;
                case (2, WireType.Varint): message.Now = reader.Varint != 0; break;
            }
        }
        return reader.IsMalformed ? null : message;
    }
}
