// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Changes the container's limits.</summary>
internal sealed class UpdateTaskRequest
{
    public string Id { get; set; } = "";

    /// <summary>The <c>linux.resources</c> of a config as JSON.</summary>
    public Any? Resources { get; set; }

    public Dictionary<string, string> Annotations { get; } = [];

    /// <returns>Null if the bytes are not a message.</returns>
    public static UpdateTaskRequest? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new UpdateTaskRequest();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): message.Id = reader.Text; break;
                case (2, WireType.Bytes):
                    if (Any.Read(reader.Bytes) is not { } resources) return null;
                    message.Resources = resources;
                    break;
                case (3, WireType.Bytes):
                    if (KeyValue.Read(reader.Bytes) is not { } entry) return null;
                    message.Annotations[entry.Key] = entry.Value;
                    break;
            }
        }
        return reader.IsMalformed ? null : message;
    }
}
