// SPDX-License-Identifier: Apache-2.0
using System;

namespace Runcs.Seccomp;

/// <summary>
/// Names of system calls and their numbers for each architecture, from src/Native/Arch/syscalls.tbl: constant data with a
/// hash table made at build time, so that the four hundred names of an engine's profile cost ten microseconds.
/// </summary>
internal static class SyscallTable
{
    /// <summary>The upper bound of the numbers in the table.</summary>
    internal const int Span = 1024;

    /// <summary>The result of <see cref="Number"/> if an architecture lacks the call.</summary>
    internal const int None = ushort.MaxValue;

    // The calls that only 32-bit ARM has begin at __ARM_NR_BASE (arch/arm/include/uapi/asm/unistd.h); the dense table has
    // them at its end.
    private const int FirstPrivate = Span - 16, PrivateBase = 0xf0000, EncodedPrivateBase = 0xf000;

    internal static int Count => SyscallData.Count;

    internal static ReadOnlySpan<byte> Name(int index) =>
        SyscallData.Names[SyscallData.Offsets[index]..SyscallData.Offsets[index + 1]];

    /// <summary>The index of a name in the table, or -1.</summary>
    internal static int Find(string name)
    {
        uint hash = 0;
        foreach (char next in name) hash = hash * 31 + next;
        ReadOnlySpan<ushort> hashed = SyscallData.Hashed;
        for (uint slot = hash % SyscallData.Slots; ; slot = slot + 1 == SyscallData.Slots ? 0 : slot + 1)
        {
            int index = hashed[(int)slot] - 1;
            if (index < 0) return -1;
            if (Equals(Name(index), name)) return index;
        }
    }

    /// <summary>
    /// The number of a call in an architecture's column, without the ABI's offset; <see cref="None"/> if it has none.
    /// </summary>
    internal static int Number(int index, int column)
    {
        int number = SyscallData.Numbers[column * SyscallData.Count + index];
        return number is >= EncodedPrivateBase and < None ? FirstPrivate + number - EncodedPrivateBase : number;
    }

    /// <summary>The kernel's number for one of <see cref="Number"/>.</summary>
    /// <param name="number">Below <see cref="Span"/>.</param>
    /// <param name="offset">The ABI's offset.</param>
    internal static uint Absolute(int number, uint offset) =>
        number < FirstPrivate ? (uint)number + offset : (uint)(PrivateBase + number - FirstPrivate);

    private static bool Equals(ReadOnlySpan<byte> name, string other)
    {
        if (name.Length != other.Length) return false;
        for (int i = 0; i < name.Length; i++)
            if (name[i] != other[i])
                return false;
        return true;
    }
}
