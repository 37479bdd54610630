// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Runcs.Bench;

/// <summary>The calls to spawn a process and wait for it, with nothing in between.</summary>
internal static unsafe partial class Libc
{
    public const int SIGKILL = 9;
    public const int O_RDWR = 2, O_CREAT = 0x40, O_TRUNC = 0x200;
    public const int PR_SET_CHILD_SUBREAPER = 36;
    public const nuint MS_BIND = 0x1000;
    public const int MNT_DETACH = 2;
    public const int PTRACE_CONT = 7, PTRACE_SEIZE = 0x4206, PTRACE_O_TRACEEXIT = 0x40;

    /// <summary>Space for posix_spawn_file_actions_t, which is 80 bytes in glibc and in musl.</summary>
    public const int FileActionsSize = 128;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn(out int pid, string path, void* actions, void* attributes, byte** argv, byte** environment);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn_file_actions_addopen(void* actions, int fd, string path, int flags, uint mode);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitpid(int pid, out int status, int options);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int prctl(int option, nuint argument);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint ptrace(long request, long pid, nint address, nint data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int link(string existing, string created);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string source, string target, string? type, nuint flags, string? data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int umount2(string target, int flags);
}
