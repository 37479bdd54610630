// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Runcs.Native;

/// <summary>getenv(3), getauxval(3) and getcwd(2): what the caller gave us.</summary>
public static unsafe partial class ProcessEnvironment
{
    /// <summary>An environment variable's value; null if it is not set.</summary>
    public static string? Variable(string name) => Marshal.PtrToStringUTF8(getenv(name));

    /// <summary>The path that this program was executed by (AT_EXECFN), a symbolic link's own where it was one.</summary>
    public static string ExecutedPath()
    {
        const ulong AT_EXECFN = 31;
        return Marshal.PtrToStringUTF8(getauxval(AT_EXECFN)) ?? "";
    }

    /// <summary>The working directory, absolute.</summary>
    /// <exception cref="SyscallException"/>
    public static string WorkingDirectory()
    {
        const int PathMax = 4096;
        byte* buffer = stackalloc byte[PathMax];
        return getcwd(buffer, PathMax) == null ? throw new SyscallException("getcwd", "", Errno.Last) : Marshal.PtrToStringUTF8((nint)buffer)!;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getenv(string name);

    [LibraryImport("libc")]
    private static partial nint getauxval(ulong type);

    [LibraryImport("libc", SetLastError = true)]
    private static partial byte* getcwd(byte* buffer, nuint size);
}
