// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Protobuf;

/// <summary>What every message has.</summary>
internal static class ProtoMessages
{
    /// <summary>The encoded message.</summary>
    public static byte[] ToBytes(this IProtoMessage message)
    {
        var writer = new ProtoWriter();
        message.Write(writer);
        return writer.Written.ToArray();
    }
}
