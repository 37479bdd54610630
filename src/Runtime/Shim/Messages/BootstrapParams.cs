// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>What containerd 2.3 and later give to the shim's <c>start</c> on stdin (containerd.runtime.bootstrap.v1).</summary>
internal sealed class BootstrapParams
{
    public string InstanceId { get; set; } = "";

    public string Namespace { get; set; } = "";

    /// <summary>0 for info; lower is more, in steps of 4 (debug -4, trace -8).</summary>
    public int LogLevel { get; set; }

    public string ContainerdVersion { get; set; } = "";

    public string ContainerdTtrpcAddress { get; set; } = "";

    public string ContainerdGrpcAddress { get; set; } = "";

    public string ContainerdBinary { get; set; } = "";

    public List<Extension> Extensions { get; } = [];

    /// <summary>Null if it is not given.</summary>
    public string? SocketDir { get; set; }

    /// <returns>Null if the bytes are not a message.</returns>
    public static BootstrapParams? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new BootstrapParams();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): message.InstanceId = reader.Text; break;
                case (2, WireType.Bytes): message.Namespace = reader.Text; break;
                case (3, WireType.Varint): message.LogLevel = (int)reader.Varint; break;
                case (4, WireType.Bytes): message.ContainerdVersion = reader.Text; break;
                case (5, WireType.Bytes): message.ContainerdTtrpcAddress = reader.Text; break;
                case (6, WireType.Bytes): message.ContainerdGrpcAddress = reader.Text; break;
                case (7, WireType.Bytes): message.ContainerdBinary = reader.Text; break;
                case (8, WireType.Bytes):
                    if (Extension.Read(reader.Bytes) is not { } extension) return null;
                    message.Extensions.Add(extension);
                    break;
                case (9, WireType.Bytes): message.SocketDir = reader.Text; break;
            }
        }
        return reader.IsMalformed ? null : message;
    }
}
