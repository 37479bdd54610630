// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Runcs.Native.Arch;

namespace Runcs.Native.ExecStage;

/// <summary>
/// Builds the exec stage's program: rows of system calls and the strings they point to. Addresses are final when they are
/// returned, because the image is mapped at fixed places: code at 0x400000, rows at 0x410000, strings at 0xa00000,
/// behind the most rows that there can be.
/// </summary>
public sealed unsafe class StageTable
{
    private const ulong CodeAddress = 0x400000, CodeOffset = 0x200, RowsAddress = 0x410000, StringsAddress = 0xa00000;
    private const int HeaderSize = 8;
    private const ulong CallLoad = 0x10000, CallFail = 0x10001, CallExpect = 0x10002, CallCatch = 0x10003, CallFollow = 0x10004, CallBound = 0x10005;

    // As in stage.c.
    private const int AnyError = 255;

    /// <summary>The highest row number that a row can refer to.</summary>
    private const int MostRows = ushort.MaxValue;

    // elf(5): addresses and offsets must agree modulo the page size of the kernel that maps the image, which is this
    // kernel.
    private static int Page => ProcessEnvironment.PageSize;

    private readonly List<StageRow> _rows = new(64);
    private byte[] _strings = new byte[4096];
    private int _stringsLength;
    private ushort _caught;

    /// <summary>The number that the next row will have.</summary>
    public int Next => _rows.Count;

    /// <summary>
    /// Adds a system call. The next row follows whatever the result; an error that is not tolerated ends the stage.
    /// </summary>
    /// <param name="step">The step that the stage reports if this row fails.</param>
    public StageTable Call(ushort step, SystemCall call, ulong a = 0, ulong b = 0, ulong c = 0, ulong d = 0, ulong e = 0, ulong f = 0) =>
        Add(step, (ulong)call, a, b, c, d, e, f);

    /// <summary>A row whose result is the 64 bits at an address; stored at <paramref name="keep"/>.</summary>
    public StageTable Load(ulong address, ulong keep) => Add(0, CallLoad, address).KeepAt(keep);

    /// <summary>A row that fails with an errno.</summary>
    public StageTable Fail(ushort step, int errno) => Add(step, CallFail, (ulong)errno);

    /// <summary>A row that fails with an errno unless the 32 bits at an address, masked, equal a value.</summary>
    public StageTable Expect(ushort step, ulong address, uint mask, uint value, int errno) =>
        Add(step, CallExpect, address, mask, value, (ulong)errno);

    /// <summary>A row after which these signals end the stage, although it is the first process of a pid namespace.</summary>
    /// <param name="caught">The step that the stage then reports, with the signal's number in place of an errno.</param>
    public StageTable Catch(ushort step, Signals.Set signals, ushort caught)
    {
        _caught = caught;
        return Add(step, CallCatch, signals.Bits);
    }

    /// <summary>
    /// A row that reads a child's output until the child ends: the result is 1, or 0 when the time is over, EINTR after a signal.
    /// </summary>
    /// <param name="poll">Three entries of poll(2): the child's pidfd, and the pipes of its output.</param>
    /// <param name="time">A struct timespec, which is reduced; 0 for no limit.</param>
    /// <param name="output">Two 32-bit counts of bytes, then for each pipe the first <paramref name="size"/> bytes.</param>
    public StageTable Follow(ushort step, ulong poll, ulong time, ulong output, int size) =>
        Add(step, CallFollow, poll, time, output, (ulong)size).Tolerating(Errno.EINTR);

    /// <summary>A row that drops capabilities from the bounding set, as far as the kernel has them.</summary>
    /// <param name="capabilities">Capability n is bit n.</param>
    public StageTable DropFromBoundingSet(ushort step, ulong capabilities) => Add(step, CallBound, capabilities);

    /// <summary>The errno values of the last row that do not fail it (at most ten, each below 256).</summary>
    public StageTable Tolerating(params ReadOnlySpan<int> errnos)
    {
        ref StageRow row = ref Last;
        for (int i = 0; i < errnos.Length; i++) row.Tolerated[i] = checked((byte)errnos[i]);
        return this;
    }

    /// <summary>No error fails the last row.</summary>
    public StageTable ToleratingAll() => Tolerating(AnyError);

    /// <summary>Stores the last row's result at an address.</summary>
    public StageTable KeepAt(ulong address)
    {
        Last.Keep = address;
        return this;
    }

    /// <summary>Stores the result of a row at an address.</summary>
    public void KeepAt(int row, ulong address) => Row(row).Keep = address;

    /// <summary>The row that follows a tolerated error of a row.</summary>
    public void OnError(int row, int target) => Row(row).OnError = checked((ushort)target);

    /// <summary>The row that follows a result above zero (for a clone: in the parent).</summary>
    public void OnResult(int row, int target) => Row(row).OnResult = checked((ushort)target);

    /// <summary>The row that follows a result of zero.</summary>
    public void OnZero(int row, int target) => Row(row).OnZero = checked((ushort)target);

    /// <summary>The address of argument <paramref name="index"/> of a row, for an earlier row to fill in.</summary>
    public static ulong ArgumentAddress(int row, int index) =>
        RowsAddress + HeaderSize + (ulong)row * (ulong)sizeof(StageRow) + 8 + 8 * (ulong)index;

    /// <summary>The address of a C string with this text.</summary>
    public ulong String(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        ulong address = Reserve(length + 1, 1, out Span<byte> place);
        Encoding.UTF8.GetBytes(text, place);
        return address;
    }

    /// <summary>The address of these bytes, aligned to eight.</summary>
    public ulong Bytes(ReadOnlySpan<byte> bytes)
    {
        ulong address = Reserve(bytes.Length, 8, out Span<byte> place);
        bytes.CopyTo(place);
        return address;
    }

    /// <summary>The address of zeroed, writable memory, aligned to eight.</summary>
    public ulong Zeroes(int size) => Reserve(size, 8, out _);

    /// <summary>The address of a null-terminated array of C strings, as execve(2) takes it.</summary>
    public ulong StringArray(string[] texts)
    {
        var pointers = new ulong[texts.Length + 1];
        for (int i = 0; i < texts.Length; i++) pointers[i] = String(texts[i]);
        return Bytes(MemoryMarshal.AsBytes(pointers.AsSpan()));
    }

    /// <summary>The image as a sealed memfd, close-on-exec, ready for <see cref="Processes.TryExecFd"/>.</summary>
    /// <param name="reportDescriptor">The stage writes {step, errno} to it when a row fails.</param>
    /// <exception cref="RuncsException"/>
    public Fd Seal(int reportDescriptor)
    {
        ReadOnlySpan<byte> code = StageCode.Bytes;
        int rowsOffset = Page, rowsLength = HeaderSize + _rows.Count * sizeof(StageRow);
        int stringsOffset = rowsOffset + Align(rowsLength);
        var image = new byte[stringsOffset + _stringsLength];
        WriteHeaders(image, code.Length, rowsLength, stringsOffset);
        code.CopyTo(image.AsSpan((int)CodeOffset));
        Span<byte> table = image.AsSpan(rowsOffset);
        MemoryMarshal.Write(table, (uint)reportDescriptor);
        MemoryMarshal.Write(table[4..], (uint)_caught);
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_rows)).CopyTo(table[HeaderSize..]);
        _strings.AsSpan(0, _stringsLength).CopyTo(image.AsSpan(stringsOffset));
        return SealedImage.Make("runcs-stage", image);
    }

    /// <exception cref="RuncsException">The table is full.</exception>
    private StageTable Add(ushort step, ulong call, ulong a = 0, ulong b = 0, ulong c = 0, ulong d = 0, ulong e = 0, ulong f = 0)
    {
        if (_rows.Count == MostRows) throw new Errno(Errno.E2BIG).Failure("execve", "exec stage");
        var next = (ushort)(_rows.Count + 1);
        var row = new StageRow { Call = call, Step = step, OnError = next, OnResult = next, OnZero = next };
        (row.Args[0], row.Args[1], row.Args[2], row.Args[3], row.Args[4], row.Args[5]) = (a, b, c, d, e, f);
        _rows.Add(row);
        return this;
    }

    private ref StageRow Last => ref Row(_rows.Count - 1);

    private ref StageRow Row(int index) => ref CollectionsMarshal.AsSpan(_rows)[index];

    private ulong Reserve(int size, int alignment, out Span<byte> place)
    {
        int at = (_stringsLength + alignment - 1) & -alignment;
        int end = checked(at + size);
        if (end > _strings.Length) Array.Resize(ref _strings, Math.Max(end, _strings.Length * 2));
        place = _strings.AsSpan(at, size);
        _stringsLength = end;
        return StringsAddress + (ulong)at;
    }

    private static int Align(int length) => (length + Page - 1) & -Page;

    // elf(5): an executable header, three loadable segments, and a stack that is not executable.
    private void WriteHeaders(Span<byte> image, int codeLength, int rowsLength, int stringsOffset)
    {
        const int HeaderLength = 64, SegmentLength = 56, PT_LOAD = 1, PT_GNU_STACK = 0x6474e551, R = 4, W = 2, X = 1;
        ReadOnlySpan<byte> identity = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2 /* 64 bits */, 1 /* little endian */, 1];
        identity.CopyTo(image);
        MemoryMarshal.Write(image[16..], (ushort)2 /* ET_EXEC */);
        MemoryMarshal.Write(image[18..], Machine.ElfMachine);
        MemoryMarshal.Write(image[20..], 1u);
        MemoryMarshal.Write(image[24..], CodeAddress + CodeOffset);
        MemoryMarshal.Write(image[32..], (ulong)HeaderLength);
        MemoryMarshal.Write(image[52..], (ushort)HeaderLength);
        MemoryMarshal.Write(image[54..], (ushort)SegmentLength);
        MemoryMarshal.Write(image[56..], (ushort)4);
        Segment(image[HeaderLength..], PT_LOAD, R | X, 0, CodeAddress, (int)CodeOffset + codeLength);
        Segment(image[(HeaderLength + SegmentLength)..], PT_LOAD, R | W, Page, RowsAddress, rowsLength);
        Segment(image[(HeaderLength + 2 * SegmentLength)..], PT_LOAD, R | W, stringsOffset, StringsAddress, _stringsLength);
        Segment(image[(HeaderLength + 3 * SegmentLength)..], PT_GNU_STACK, R | W, 0, 0, 0);

        static void Segment(Span<byte> place, uint type, uint flags, int offset, ulong address, int length)
        {
            MemoryMarshal.Write(place, type);
            MemoryMarshal.Write(place[4..], flags);
            MemoryMarshal.Write(place[8..], (ulong)offset);
            MemoryMarshal.Write(place[16..], address);
            MemoryMarshal.Write(place[24..], address);
            MemoryMarshal.Write(place[32..], (ulong)length);
            MemoryMarshal.Write(place[40..], (ulong)length);
            MemoryMarshal.Write(place[48..], (ulong)Page);
        }
    }
}
