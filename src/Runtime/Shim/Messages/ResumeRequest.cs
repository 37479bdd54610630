// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Protobuf;

namespace Runcs.Shim.Messages;

/// <summary>Lets the container's processes continue.</summary>
internal sealed class ResumeRequest
{
    public string Id { get; set; } = "";

    /// <returns>Null if the bytes are not a message.</returns>
    public static ResumeRequest? Read(ReadOnlySpan<byte> bytes)
    {
        var message = new ResumeRequest();
        var reader = new ProtoReader(bytes);
        while (reader.TryNext(out int field, out WireType type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes): message.Id = reader.Text; break;
            }
        }
        return reader.IsMalformed ? null : message;
    }
}
