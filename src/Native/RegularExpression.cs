// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using System.Text;

namespace Runcs.Native;

/// <summary>An extended regular expression: regcomp(3) and regexec(3).</summary>
public sealed unsafe partial class RegularExpression : IDisposable
{
    private const int REG_EXTENDED = 1, REG_NOSUB = 8;

    // More than regex_t of any libc: 64 bytes in glibc's, 56 in musl's.
    private const int Size = 256;

    private byte* _compiled;

    private RegularExpression(byte* compiled) => _compiled = compiled;

    /// <exception cref="RuncsException">It is not valid.</exception>
    public static RegularExpression Compile(string text)
    {
        var compiled = (byte*)NativeMemory.AllocZeroed(Size);
        int error = regcomp(compiled, text, REG_EXTENDED | REG_NOSUB);
        if (error == 0) return new RegularExpression(compiled);
        byte* reason = stackalloc byte[Size];
        regerror(error, compiled, reason, Size);
        NativeMemory.Free(compiled);
        throw new RuncsException($"invalid regular expression \"{text}\": {Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(reason))}");
    }

    /// <summary>It matches a part of the text.</summary>
    public bool Matches(string text)
    {
        ObjectDisposedException.ThrowIf(_compiled == null, this);
        return regexec(_compiled, text, 0, null, 0) == 0;
    }

    public void Dispose()
    {
        if (_compiled == null) return;
        regfree(_compiled);
        NativeMemory.Free(_compiled);
        _compiled = null;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int regcomp(byte* compiled, string text, int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int regexec(byte* compiled, string text, nuint matches, void* where, int flags);

    [LibraryImport("libc")]
    private static partial nuint regerror(int error, byte* compiled, byte* buffer, nuint size);

    [LibraryImport("libc")]
    private static partial void regfree(byte* compiled);
}
