// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Asks for a task: the container with its first process, not yet started.</summary>
internal sealed class CreateTaskRequest
{
    public string Id { get; set; } = "";

    public string Bundle { get; set; } = "";

    /// <summary>What to mount on the bundle's <c>rootfs</c>, in this order.</summary>
    public List<Mount> Rootfs { get; } = [];

    public bool Terminal { get; set; }

    /// <summary>A path or a URI; "" for none. The same for the next two.</summary>
    public string Stdin { get; set; } = "";

    public string Stdout { get; set; } = "";

    public string Stderr { get; set; } = "";

    /// <summary>The directory of a checkpoint to restore; "" for none.</summary>
    public string Checkpoint { get; set; } = "";

    public string ParentCheckpoint { get; set; } = "";

    /// <summary>An <see cref="RuncOptions"/> or a <see cref="RuntimeOptions"/>; null for neither.</summary>
    public Any? Options { get; set; }

    /// <returns>Null if the bytes are not a message.</returns>
    public static CreateTaskRequest? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new CreateTaskRequest();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): message.Id = reader.Text; break;
                case (2, WireType.Bytes): message.Bundle = reader.Text; break;
                case (3, WireType.Bytes):
                    if (Mount.Read(reader.Bytes) is not { } mount) return null;
                    message.Rootfs.Add(mount);
                    break;
                case (4, WireType.Varint): message.Terminal = reader.Varint != 0; break;
                case (5, WireType.Bytes): message.Stdin = reader.Text; break;
                case (6, WireType.Bytes): message.Stdout = reader.Text; break;
                case (7, WireType.Bytes): message.Stderr = reader.Text; break;
                case (8, WireType.Bytes): message.Checkpoint = reader.Text; break;
                case (9, WireType.Bytes): message.ParentCheckpoint = reader.Text; break;
                case (10, WireType.Bytes):
                    if (Any.Read(reader.Bytes) is not { } options) return null;
                    message.Options = options;
                    break;
            }
        }
        return reader.IsMalformed ? null : message;
    }
}
