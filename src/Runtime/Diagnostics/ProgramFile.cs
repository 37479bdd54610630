// SPDX-License-Identifier: Apache-2.0
// elf(5); execve(2), "Interpreter scripts"
using System;
using System.Buffers.Binary;
using System.Text;
using Runcs.Native;
using static Runcs.Native.OpenFlags;

namespace Runcs.Diagnostics;

/// <summary>The beginning of a program's file.</summary>
public static class ProgramFile
{
    // Linkers place the program headers and the interpreter's path here; those that a tool has moved are not found.
    private const int Beginning = 4096;

    /// <summary>The interpreter of a script or of a dynamically linked ELF program; null if it has none, or it is unknown.</summary>
    /// <param name="root">The root filesystem.</param>
    /// <param name="path">In it.</param>
    public static string? InterpreterOf(Fd root, string path)
    {
        if (Files.TryOpenAt2(root.Value, path, O_PATH, ResolveFlags.RESOLVE_IN_ROOT, 0, out Fd? file).IsError) return null;
        Span<byte> first = stackalloc byte[Beginning];
        int count;
        using (file)
        {
            // Opening a device or a FIFO has effects: the file's kind is known first.
            if (!FileStatus.Of(file!).IsRegular || Files.TryOpenAt(Files.AT_FDCWD, file!.ProcPath, O_RDONLY, 0, out Fd? opened).IsError) return null;
            using (opened)
                if (Files.TryRead(opened!.Value, first, out count).IsError) return null;
        }
        return InterpreterIn(first[..count]);
    }

    /// <summary>As <see cref="InterpreterOf"/>, from the file's first bytes.</summary>
    internal static string? InterpreterIn(ReadOnlySpan<byte> file) => file.StartsWith("#!"u8) ? OfScript(file[2..]) : file.StartsWith("\u007fELF"u8) ? OfElf(file) : null;

    private static string? OfScript(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = text[..(end < 0 ? text.Length : end)].Trim(" \t"u8);
        int word = line.IndexOfAny((byte)' ', (byte)'\t');
        return Encoding.UTF8.GetString(word < 0 ? line : line[..word]);
    }

    private static string? OfElf(ReadOnlySpan<byte> file)
    {
        const byte Class64 = 2, LittleEndian = 1;
        const int ClassAt = 4, OrderAt = 5, PT_INTERP = 3;
        if (file.Length < 64 || file[OrderAt] != LittleEndian) return null;
        bool wide = file[ClassAt] == Class64;
        // e_phoff, e_phentsize, e_phnum; p_offset, p_filesz.
        ulong at = wide ? BinaryPrimitives.ReadUInt64LittleEndian(file[32..]) : BinaryPrimitives.ReadUInt32LittleEndian(file[28..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(file[(wide ? 54 : 42)..]), count = BinaryPrimitives.ReadUInt16LittleEndian(file[(wide ? 56 : 44)..]);
        for (int i = 0; i < count; i++, at += (uint)size)
        {
            if (Part(file, at, (uint)size) is not { IsEmpty: false } header || header.Length < (wide ? 56 : 32)) return null;
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != PT_INTERP) continue;
            ReadOnlySpan<byte> path = wide
                ? Part(file, BinaryPrimitives.ReadUInt64LittleEndian(header[8..]), BinaryPrimitives.ReadUInt64LittleEndian(header[32..]))
                : Part(file, BinaryPrimitives.ReadUInt32LittleEndian(header[4..]), BinaryPrimitives.ReadUInt32LittleEndian(header[16..]));
            return path.IsEmpty ? null : Encoding.UTF8.GetString(path.TrimEnd((byte)0));
        }
        return null;
    }

    // Empty if it is not within the bytes that were read.
    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> file, ulong offset, ulong length) =>
        offset <= (ulong)file.Length && length <= (ulong)file.Length - offset ? file.Slice((int)offset, (int)length) : default;
}
