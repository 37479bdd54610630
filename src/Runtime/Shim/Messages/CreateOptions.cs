// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>
/// The options of containerd's first shim (containerd.linux.runc). Clients of containerd 1.x give them to every runtime but runc's for a
/// user namespace's owner of the pipes. The fields that only a checkpoint has are left out.
/// </summary>
internal sealed class CreateOptions
{
    /// <summary>The name of the type in an <see cref="Any"/>.</summary>
    public const string TypeName = "containerd.linux.runc.CreateOptions";

    public bool NoPivotRoot { get; set; }

    public bool NoNewKeyring { get; set; }

    public string ShimCgroup { get; set; } = "";

    public uint IoUid { get; set; }

    public uint IoGid { get; set; }

    /// <returns>Null if the bytes are not a message.</returns>
    public static CreateOptions? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new CreateOptions();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Varint): message.NoPivotRoot = reader.Varint != 0; break;
                case (8, WireType.Varint): message.NoNewKeyring = reader.Varint != 0; break;
                case (9, WireType.Bytes): message.ShimCgroup = reader.Text; break;
                case (10, WireType.Varint): message.IoUid = (uint)reader.Varint; break;
                case (11, WireType.Varint): message.IoGid = (uint)reader.Varint; break;
            }
        }
        return reader.IsMalformed ? null : message;
    }
}
