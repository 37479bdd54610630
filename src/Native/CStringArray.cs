// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace Runcs.Native;

/// <summary>
/// A null-terminated array of C strings, as execve(2) takes for arguments and environment: one block of unmanaged memory,
/// so that its address stays valid.
/// </summary>
public sealed unsafe class CStringArray : IDisposable
{
    private byte** _block;

    private CStringArray(int count, int bytes)
    {
        Count = count;
        _block = (byte**)NativeMemory.Alloc((nuint)((count + 1) * sizeof(byte*) + bytes));
    }

    public int Count { get; }

    /// <summary>The array; its last entry is null.</summary>
    public byte** Pointer => _block != null ? _block : throw new ObjectDisposedException(nameof(CStringArray));

    public static CStringArray Of(string[] strings)
    {
        int bytes = 0;
        for (int i = 0; i < strings.Length; i++) bytes += Encoding.UTF8.GetByteCount(strings[i]) + 1;
        var array = new CStringArray(strings.Length, bytes);
        byte* text = array.Texts;
        for (int i = 0; i < strings.Length; i++)
        {
            array._block[i] = text;
            text += Encoding.UTF8.GetBytes(strings[i], new Span<byte>(text, bytes));
            *text++ = 0;
        }
        array._block[strings.Length] = null;
        return array;
    }

    /// <summary>
    /// From strings that each end in a null byte, as in <c>/proc/PID/environ</c>; bytes after the last null are ignored.
    /// </summary>
    public static CStringArray Of(ReadOnlySpan<byte> terminated)
    {
        terminated = terminated[..(terminated.LastIndexOf((byte)0) + 1)];
        var array = new CStringArray(terminated.Count((byte)0), terminated.Length);
        byte* text = array.Texts;
        terminated.CopyTo(new Span<byte>(text, terminated.Length));
        for (int i = 0; i < array.Count; i++)
        {
            array._block[i] = text;
            while (*text++ != 0) { }
        }
        array._block[array.Count] = null;
        return array;
    }

    public void Dispose()
    {
        NativeMemory.Free(_block);
        _block = null;
    }

    private byte* Texts => (byte*)(_block + Count + 1);
}
