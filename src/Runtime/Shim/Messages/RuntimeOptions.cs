// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>The options of a runtime that containerd does not know (Options of runtimeoptions.v1).</summary>
internal sealed class RuntimeOptions
{
    /// <summary>The name of the type in an <see cref="Any"/>.</summary>
    public const string TypeName = "runtimeoptions.v1.Options";

    public string TypeUrl { get; set; } = "";

    public string ConfigPath { get; set; } = "";

    /// <summary>In TOML. containerd 1.6 has only the path.</summary>
    public byte[] ConfigBody { get; set; } = [];

    /// <returns>Null if the bytes are not a message.</returns>
    public static RuntimeOptions? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new RuntimeOptions();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): message.TypeUrl = reader.Text; break;
                case (2, WireType.Bytes): message.ConfigPath = reader.Text; break;
                case (3, WireType.Bytes): message.ConfigBody = reader.Bytes.ToArray(); break;
            }
        }
        return reader.IsMalformed ? null : message;
    }
}
