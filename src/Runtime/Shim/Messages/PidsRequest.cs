// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Asks for the processes of the container.</summary>
internal sealed class PidsRequest
{
    public string Id { get; set; } = "";

    /// <returns>Null if the bytes are not a message.</returns>
    public static PidsRequest? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new PidsRequest();
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
