// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Sends a signal to a process, or to all of the container.</summary>
internal sealed class KillRequest
{
    public string Id { get; set; } = "";

    /// <summary>"" for the first process.</summary>
    public string ExecId { get; set; } = "";

    public uint Signal { get; set; }

    public bool All { get; set; }

    /// <returns>Null if the bytes are not a message.</returns>
    public static KillRequest? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new KillRequest();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): message.Id = reader.Text; break;
                case (2, WireType.Bytes): message.ExecId = reader.Text; break;
                case (3, WireType.Varint): message.Signal = (uint)reader.Varint; break;
                case (4, WireType.Varint): message.All = reader.Varint != 0; break;
            }
        }
        return reader.IsMalformed ? null : message;
    }
}
