// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>The options of runc's shim (containerd.runc.v1). Field 8 is a path of criu in containerd 1.6 and reserved since.</summary>
internal sealed class RuncOptions
{
    /// <summary>The name of the type in an <see cref="Any"/>.</summary>
    public const string TypeName = "containerd.runc.v1.Options";

    public bool NoPivotRoot { get; set; }

    public bool NoNewKeyring { get; set; }

    public string ShimCgroup { get; set; } = "";

    public uint IoUid { get; set; }

    public uint IoGid { get; set; }

    public string BinaryName { get; set; } = "";

    public string Root { get; set; } = "";

    public bool SystemdCgroup { get; set; }

    public string CriuImagePath { get; set; } = "";

    public string CriuWorkPath { get; set; } = "";

    /// <returns>Null if the bytes are not a message.</returns>
    public static RuncOptions? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new RuncOptions();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Varint): message.NoPivotRoot = reader.Varint != 0; break;
                case (2, WireType.Varint): message.NoNewKeyring = reader.Varint != 0; break;
                case (3, WireType.Bytes): message.ShimCgroup = reader.Text; break;
                case (4, WireType.Varint): message.IoUid = (uint)reader.Varint; break;
                case (5, WireType.Varint): message.IoGid = (uint)reader.Varint; break;
                case (6, WireType.Bytes): message.BinaryName = reader.Text; break;
                case (7, WireType.Bytes): message.Root = reader.Text; break;
                case (9, WireType.Varint): message.SystemdCgroup = reader.Varint != 0; break;
                case (10, WireType.Bytes): message.CriuImagePath = reader.Text; break;
                case (11, WireType.Bytes): message.CriuWorkPath = reader.Text; break;
            }
        }
        return reader.IsMalformed ? null : message;
    }
}
