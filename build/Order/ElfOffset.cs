// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Runcs.Order;

/// <summary>The place in an ELF file of what is loaded at an address (elf(5), program headers).</summary>
internal static class ElfOffset
{
    private const uint PT_LOAD = 1;

    public static ulong Of(byte[] elf, ulong address)
    {
        int headers = (int)Read64(elf, 32), size = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(54)), count = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(56));
        for (int i = 0; i < count; i++)
        {
            int header = headers + i * size;
            ulong start = Read64(elf, header + 16);
            if (BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(header)) == PT_LOAD && address >= start && address < start + Read64(elf, header + 32))
                return address - start + Read64(elf, header + 8);
        }
        throw new InvalidDataException($"nothing is loaded at {address:x}");
    }

    private static ulong Read64(byte[] elf, int at) => BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(at));
}
