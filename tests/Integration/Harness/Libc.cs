// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Runcs.Native.Arch;

namespace Runcs.Harness;

/// <summary>
/// The system calls that the harness makes itself; the tested code has its own, so that a fault in one cannot hide a
/// fault in the other.
/// </summary>
internal static partial class Libc
{
    public const int SIGKILL = 9;
    public const int MNT_DETACH = 2;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int umount2(string target, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int link(string existing, string created);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rmdir(string path);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mkfifo(string path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport("libc")]
    public static partial uint geteuid();

    /// <summary>The version of this machine's glibc, from which a binary built here is linked.</summary>
    public static string Version => Marshal.PtrToStringUTF8(gnu_get_libc_version())!;

    [LibraryImport("libc")]
    private static partial nint gnu_get_libc_version();

    public const long SYS_add_key = (long)SystemCall.SYS_add_key, SYS_keyctl = (long)SystemCall.SYS_keyctl;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint add_key(long number, string type, string description, nint payload, nint length, long keyring);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint keyctl(long number, long operation, long key, long argument);
}
