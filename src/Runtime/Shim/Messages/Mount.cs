// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>A mount of <see cref="CreateTaskRequest"/>, in the terms of mount(8) (containerd.types).</summary>
internal sealed class Mount : IProtoMessage
{
    public string Type { get; set; } = "";

    public string Source { get; set; } = "";

    /// <summary>Relative to <c>rootfs</c>; "" for <c>rootfs</c> itself.</summary>
    public string Target { get; set; } = "";

    public List<string> Options { get; init; } = [];

    /// <returns>Null if the bytes are not a message.</returns>
    public static Mount? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new Mount();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): message.Type = reader.Text; break;
                case (2, WireType.Bytes): message.Source = reader.Text; break;
                case (3, WireType.Bytes): message.Target = reader.Text; break;
                case (4, WireType.Bytes): message.Options.Add(reader.Text); break;
            }
        }
        return reader.IsMalformed ? null : message;
    }

    public void Write(ProtoWriter writer)
    {
        writer.Text(1, Type);
        writer.Text(2, Source);
        writer.Text(3, Target);
        writer.Texts(4, Options);
    }
}
