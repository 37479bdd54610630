// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Runcs.Native.Arch;
using Tmds.Linux;

namespace Runcs.Native;

/// <summary>getenv(3), getauxval(3) and getcwd(2): what the process has inherited from its caller.</summary>
public static unsafe partial class ProcessEnvironment
{
    /// <summary>The search path if PATH is not set, as with Docker and runc.</summary>
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The value of an environment variable; null if it is not set.</summary>
    public static string? Variable(string name) => Marshal.PtrToStringUTF8(getenv(name));

    /// <summary>The path by which this program was executed (AT_EXECFN); for a symbolic link, the link's own.</summary>
    public static string ExecutedPath()
    {
        const ulong AT_EXECFN = 31;
        return Marshal.PtrToStringUTF8(getauxval(AT_EXECFN)) ?? "";
    }

    /// <summary>The kernel's page size (AT_PAGESZ); a constant if the architecture has a fixed one.</summary>
    public static int PageSize
    {
        get
        {
            const ulong AT_PAGESZ = 6;
            return Machine.PageSize != 0 ? Machine.PageSize : (int)getauxval(AT_PAGESZ);
        }
    }

    /// <summary>The working directory, absolute.</summary>
    /// <exception cref="RuncsException"/>
    public static string WorkingDirectory()
    {
        const int PathMax = 4096;
        byte* buffer = stackalloc byte[PathMax];
        return LibC.getcwd(buffer, PathMax) == null ? throw Errno.Last.Failure("getcwd", "") : Marshal.PtrToStringUTF8((nint)buffer)!;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getenv(string name);

    [LibraryImport("libc")]
    private static partial nint getauxval(ulong type);
}
