// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Runcs.Integration;

/// <summary>A frame of ttrpc: ten bytes of header in network order, and data.</summary>
internal sealed record TtrpcFrame(uint Stream, byte Type, byte Flags, byte[] Data)
{
    public const byte Request = 1, Response = 2, OfData = 3;

    /// <param name="length">What the header claims, if not the length of the data.</param>
    public byte[] ToBytes(uint? length = null)
    {
        byte[] bytes = new byte[10 + Data.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, length ?? (uint)Data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), Stream);
        (bytes[8], bytes[9]) = (Type, Flags);
        Data.CopyTo(bytes, 10);
        return bytes;
    }

    /// <returns>Null at the end of the connection.</returns>
    public static TtrpcFrame? Read(Stream from)
    {
        try
        {
            byte[] header = new byte[10];
            from.ReadExactly(header);
            byte[] data = new byte[BinaryPrimitives.ReadUInt32BigEndian(header)];
            from.ReadExactly(data);
            return new(BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4)), header[8], header[9], data);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return null;
        }
    }
}
