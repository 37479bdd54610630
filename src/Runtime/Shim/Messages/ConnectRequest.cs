// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Asks which process serves the container; containerd's first call after its own restart.</summary>
internal sealed class ConnectRequest
{
    public string Id { get; set; } = "";

    /// <returns>Null if the bytes are not a message.</returns>
    public static ConnectRequest? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new ConnectRequest();
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
