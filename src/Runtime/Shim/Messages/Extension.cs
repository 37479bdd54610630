// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>A configuration beside the others of <see cref="BootstrapParams"/>.</summary>
internal sealed class Extension
{
    public Any? Value { get; set; }

    /// <returns>Null if the bytes are not a message.</returns>
    public static Extension? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new Extension();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes):
                    if (Any.Read(reader.Bytes) is not { } value) return null;
                    message.Value = value;
                    break;
            }
        }
        return reader.IsMalformed ? null : message;
    }
}
