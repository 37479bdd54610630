// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>The options of a checkpoint (containerd.runc.v1). containerd before 2.4 has no parent path.</summary>
internal sealed class CheckpointOptions
{
    /// <summary>The name of the type in an <see cref="Any"/>.</summary>
    public const string TypeName = "containerd.runc.v1.CheckpointOptions";

    public bool Exit { get; set; }

    public bool OpenTcp { get; set; }

    public bool ExternalUnixSockets { get; set; }

    public bool Terminal { get; set; }

    public bool FileLocks { get; set; }

    public List<string> EmptyNamespaces { get; } = [];

    public string CgroupsMode { get; set; } = "";

    public string ImagePath { get; set; } = "";

    public string WorkPath { get; set; } = "";

    public string ParentPath { get; set; } = "";

    /// <returns>Null if the bytes are not a message.</returns>
    public static CheckpointOptions? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new CheckpointOptions();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Varint): message.Exit = reader.Varint != 0; break;
                case (2, WireType.Varint): message.OpenTcp = reader.Varint != 0; break;
                case (3, WireType.Varint): message.ExternalUnixSockets = reader.Varint != 0; break;
                case (4, WireType.Varint): message.Terminal = reader.Varint != 0; break;
                case (5, WireType.Varint): message.FileLocks = reader.Varint != 0; break;
                case (6, WireType.Bytes): message.EmptyNamespaces.Add(reader.Text); break;
                case (7, WireType.Bytes): message.CgroupsMode = reader.Text; break;
                case (8, WireType.Bytes): message.ImagePath = reader.Text; break;
                case (9, WireType.Bytes): message.WorkPath = reader.Text; break;
                case (10, WireType.Bytes): message.ParentPath = reader.Text; break;
            }
        }
        return reader.IsMalformed ? null : message;
    }
}
