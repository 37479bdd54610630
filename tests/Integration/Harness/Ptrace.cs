// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Runcs.Harness;

/// <summary>ptrace(2) and related calls of a tracer.</summary>
internal static partial class Ptrace
{
    public const int PTRACE_POKEUSER = 6, PTRACE_SYSCALL = 24, PTRACE_SEIZE = 0x4206, PTRACE_INTERRUPT = 0x4207, PTRACE_LISTEN = 0x4208,
        PTRACE_GETEVENTMSG = 0x4201, PTRACE_GET_SYSCALL_INFO = 0x420e;
    public const int PTRACE_O_TRACESYSGOOD = 1, PTRACE_O_TRACEFORK = 2, PTRACE_O_TRACEVFORK = 4, PTRACE_O_TRACECLONE = 8, PTRACE_O_TRACEEXEC = 16;
    public const int PTRACE_EVENT_FORK = 1, PTRACE_EVENT_VFORK = 2, PTRACE_EVENT_CLONE = 3, PTRACE_EVENT_EXEC = 4, PTRACE_EVENT_STOP = 128;
    public const int SIGTRAP = 5, SIGSTOP = 19, SIGTSTP = 20, SIGTTIN = 21, SIGTTOU = 22;
    public const int __WALL = 0x40000000, __WNOTHREAD = 0x20000000;

    /// <summary>Offsets in struct user of x86-64 (sys/user.h).</summary>
    public const int RAX = 80, ORIG_RAX = 120;

    /// <summary>struct ptrace_syscall_info: the number at 24, six arguments from 32.</summary>
    public const int SyscallInfoSize = 88;

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint ptrace(nint request, int pid, nint address, nint data);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int wait4(int pid, out int status, int options, nint usage);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn(out int pid, string path, nint fileActions, nint attributes, string?[] arguments, string?[] environment);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mkfifo(string path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint process_vm_readv(int pid, nint* local, nuint localCount, nint* remote, nuint remoteCount, nuint flags);
}
