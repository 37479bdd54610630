// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Writes a checkpoint of the container.</summary>
internal sealed class CheckpointTaskRequest
{
    public string Id { get; set; } = "";

    public string Path { get; set; } = "";

    /// <summary>A <see cref="CheckpointOptions"/>; null for none.</summary>
    public Any? Options { get; set; }

    /// <returns>Null if the bytes are not a message.</returns>
    public static CheckpointTaskRequest? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new CheckpointTaskRequest();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): message.Id = reader.Text; break;
                case (2, WireType.Bytes): message.Path = reader.Text; break;
                case (3, WireType.Bytes):
                    if (Any.Read(reader.Bytes) is not { } options) return null;
                    message.Options = options;
                    break;
            }
        }
        return reader.IsMalformed ? null : message;
    }
}
