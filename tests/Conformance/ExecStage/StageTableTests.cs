// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Runcs.Native;
using Runcs.Native.ExecStage;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Conformance.ExecStage;

/// <summary>The image that the table's builder writes, parsed according to elf(5) and stage.c.</summary>
public class StageTableTests
{
    private const int PT_LOAD = 1, PT_GNU_STACK = 0x6474e551, X = 1, W = 2, R = 4, ET_EXEC = 2, EM_X86_64 = 62;
    private const ulong Rows = 0x410008, Strings = 0xa00000;
    private const int RowSize = 88;

    [Fact]
    public void Code_is_not_writable_and_data_not_executable()
    {
        byte[] image = Image(new StageTable().Call(1, SYS_getpid));
        Assert.Equal("\x7f" + "ELF", Encoding.Latin1.GetString(image, 0, 4));
        Assert.Equal((ET_EXEC, EM_X86_64), (U16(image, 16), U16(image, 18)));
        ulong entry = U64(image, 24);
        Segment[] segments = Segments(image);
        Assert.Equal([R | X, R | W, R | W], segments.Where(segment => segment.Type == PT_LOAD).Select(segment => segment.Flags));
        Assert.Equal(R | W, Assert.Single(segments, segment => segment.Type == PT_GNU_STACK).Flags);
        Segment code = segments[0];
        Assert.InRange(entry, code.Address, code.Address + code.Size - 1);
        foreach (Segment segment in segments.Where(segment => segment.Type == PT_LOAD))
        {
            // elf(5): addresses and offsets must agree modulo the page size, or execve(2) fails.
            Assert.Equal(segment.Address % 4096, segment.Offset % 4096);
            Assert.InRange(segment.Offset + segment.Size, 0UL, (ulong)image.Length);
        }
    }

    [Fact]
    public void Segments_do_not_overlap_however_long_the_table_is()
    {
        StageTable table = new();
        for (int i = 0; i < 3000; i++)
            table.Call(1, SYS_getpid, table.String(new string('a', 1000)));
        Segment[] loaded = [.. Segments(Image(table)).Where(segment => segment.Type == PT_LOAD).OrderBy(segment => segment.Address)];
        for (int i = 1; i < loaded.Length; i++)
            Assert.True(loaded[i - 1].Address + loaded[i - 1].Size <= loaded[i].Address, $"segments {i - 1} and {i}");
    }

    [Fact]
    public void A_row_is_laid_out_as_stage_c_reads_it()
    {
        StageTable table = new();
        table.Call(7, SYS_openat, 1, 2, 3, 4, 5, 6).Tolerating(Errno.ENOENT, Errno.EACCES).KeepAt(0x800010);
        table.OnError(0, 11);
        table.OnResult(0, 12);
        table.OnZero(0, 13);
        table.Catch(8, new Signals.Set(0).With(15), caught: 14);
        byte[] image = Image(table, report: 9);
        Span<byte> header = image.AsSpan(4096), row = header[8..];
        Assert.Equal((9u, 14u), (MemoryMarshal.Read<uint>(header), MemoryMarshal.Read<uint>(header[4..])));
        Assert.Equal<ulong>([257, 1, 2, 3, 4, 5, 6, 0x800010], MemoryMarshal.Cast<byte, ulong>(row[..64]).ToArray());
        Assert.Equal<ushort>([7, 11, 12, 13], MemoryMarshal.Cast<byte, ushort>(row[64..72]).ToArray());
        Assert.Equal<byte>([Errno.ENOENT, Errno.EACCES, 0, 0, 0, 0, 0, 0, 0, 0], row[72..82].ToArray());
        Assert.Equal<ulong>([0x10003, 1 << 14], MemoryMarshal.Cast<byte, ulong>(row[RowSize..(RowSize + 16)]).ToArray());
    }

    [Fact]
    public void A_row_continues_with_the_next_by_default()
    {
        StageTable table = new();
        table.Call(1, SYS_getpid).Call(1, SYS_getpid);
        Assert.Equal<ushort>([1, 2, 2, 2], MemoryMarshal.Cast<byte, ushort>(Image(table).AsSpan(4096 + 8 + RowSize + 64, 8)).ToArray());
    }

    [Fact]
    public void Addresses_are_those_at_which_the_text_is_mapped()
    {
        StageTable table = new();
        ulong first = table.String("hello"), zeroes = table.Zeroes(16), second = table.String("ä"), list = table.StringArray(["one", "", "three"]);
        table.Call(1, SYS_getpid);
        Assert.Equal(0UL, zeroes % 8);
        Assert.Equal(0UL, list % 8);
        byte[] image = Image(table);
        Segment strings = Segments(image).Single(segment => segment.Address == Strings);
        Assert.Equal(["hello", "ä"], ((ulong[])[first, second]).Select(Text));
        ulong[] pointers = [.. Enumerable.Range(0, 4).Select(i => U64(image, Offset(list) + 8 * i))];
        Assert.Equal(["one", "", "three"], pointers[..3].Select(Text));
        Assert.Equal(0UL, pointers[3]);

        int Offset(ulong address) => (int)(address - strings.Address + strings.Offset);
        string Text(ulong address)
        {
            int at = Offset(address), end = Array.IndexOf(image, (byte)0, at);
            return Encoding.UTF8.GetString(image, at, end - at);
        }
    }

    [Fact]
    public void An_arguments_address_is_where_the_row_lies()
    {
        Assert.Equal(Rows + 8, StageTable.ArgumentAddress(0, 0));
        Assert.Equal(Rows + 2 * RowSize + 8 + 3 * 8, StageTable.ArgumentAddress(2, 3));
    }

    [Fact]
    public void Only_errors_of_a_byte_can_be_tolerated() =>
        Assert.Throws<OverflowException>(() => new StageTable().Call(1, SYS_getpid).Tolerating(256));

    [Fact]
    public void The_image_is_sealed_and_executable()
    {
        const int F_GET_SEALS = 1034, Everything = 0xf;
        using Fd image = new StageTable().Call(1, SYS_getpid).Seal(2);
        Assert.Equal(Everything, StageProcess.fcntl(image.Value, F_GET_SEALS, 0));
        string path = $"/proc/self/fd/{image.Value}";
        Assert.True(File.GetUnixFileMode(path).HasFlag(UnixFileMode.UserExecute));
        using FileStream again = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        // memfd_create(2): EPERM.
        Assert.ThrowsAny<Exception>(() => again.Write("evil"u8));
        Assert.ThrowsAny<Exception>(() => again.SetLength(0));
    }

    private static byte[] Image(StageTable table, int report = 2)
    {
        using Fd image = table.Seal(report);
        return File.ReadAllBytes($"/proc/self/fd/{image.Value}");
    }

    private sealed record Segment(uint Type, int Flags, ulong Offset, ulong Address, ulong Size);

    private static Segment[] Segments(byte[] image)
    {
        int start = (int)U64(image, 32), size = U16(image, 54), count = U16(image, 56);
        return [.. Enumerable.Range(0, count).Select(i => start + i * size).Select(at => new Segment(
            BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(at)), BinaryPrimitives.ReadInt32LittleEndian(image.AsSpan(at + 4)),
            U64(image, at + 8), U64(image, at + 16), U64(image, at + 40)))];
    }

    private static int U16(byte[] image, int at) => BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(at));

    private static ulong U64(byte[] image, int at) => BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(at));
}
