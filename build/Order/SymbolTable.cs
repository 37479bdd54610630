// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace Runcs.Order;

/// <summary>The functions of an ELF file by address (elf(5)). One address may have several names: identical functions are folded.</summary>
internal sealed class SymbolTable
{
    private const uint SHT_SYMTAB = 2;
    private const int STT_FUNC = 2, STT_GNU_IFUNC = 10;
    private const int SizeOfSymbol = 24;

    public SymbolTable(string file)
    {
        byte[] elf = File.ReadAllBytes(file);
        int sections = (int)Read64(elf, 40), sectionSize = Read16(elf, 58), count = Read16(elf, 60);
        for (int i = 0; i < count; i++)
        {
            int section = sections + i * sectionSize;
            if (Read32(elf, section + 4) != SHT_SYMTAB)
                continue;
            int strings = (int)Read64(elf, sections + (int)Read32(elf, section + 40) * sectionSize + 24);
            Add(elf, (int)Read64(elf, section + 24), (int)Read64(elf, section + 32), strings);
        }
        if (Functions.Count == 0)
            throw new InvalidDataException($"{file} has no symbols");
    }

    public SortedDictionary<ulong, List<string>> Functions { get; } = [];

    private void Add(byte[] elf, int at, int size, int strings)
    {
        for (int symbol = at; symbol < at + size; symbol += SizeOfSymbol)
        {
            ulong address = Read64(elf, symbol + 8);
            if ((elf[symbol + 4] & 0xf) is not (STT_FUNC or STT_GNU_IFUNC) || address == 0 || Read16(elf, symbol + 6) == 0)
                continue;
            int start = strings + (int)Read32(elf, symbol), end = Array.IndexOf(elf, (byte)0, start);
            if (!Functions.TryGetValue(address, out List<string>? names))
                Functions[address] = names = [];
            names.Add(Encoding.UTF8.GetString(elf, start, end - start));
        }
    }

    private static int Read16(byte[] elf, int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(at));

    private static uint Read32(byte[] elf, int at) => BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(at));

    private static ulong Read64(byte[] elf, int at) => BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(at));
}
