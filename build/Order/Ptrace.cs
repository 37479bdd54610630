// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace Runcs.Order;

/// <summary>ptrace(2), and what starts and waits for a traced process.</summary>
internal static partial class Ptrace
{
    public const int PTRACE_PEEKUSER = 3, PTRACE_POKEUSER = 6, PTRACE_CONT = 7, PTRACE_DETACH = 17, PTRACE_SEIZE = 0x4206;
    public const int PTRACE_O_TRACEFORK = 2, PTRACE_O_TRACEVFORK = 4, PTRACE_O_TRACECLONE = 8, PTRACE_O_TRACEEXEC = 16, PTRACE_O_EXITKILL = 0x100000;
    public const int PTRACE_EVENT_EXEC = 4;
    public const int SIGTRAP = 5;
    public const int __WALL = 0x40000000;

    /// <summary>The offset of the instruction pointer in struct user of x86-64 (sys/user.h).</summary>
    public const int RIP = 128;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint peek(long number, long request, long pid, nint address, out long data);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint ptrace(long request, long pid, nint address, nint data);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitpid(int pid, out int status, int options);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int posix_spawn(out int pid, string path, nint fileActions, nint attributes, string?[] arguments, string?[] environment);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mkfifo(string path, uint mode);

    public static ulong InstructionPointer(int pid)
    {
        const long SYS_ptrace = 101;
        return peek(SYS_ptrace, PTRACE_PEEKUSER, pid, RIP, out long data) == 0 ? (ulong)data : throw Failed("PTRACE_PEEKUSER");
    }

    public static void Check(nint result, string what)
    {
        if (result < 0)
            throw Failed(what);
    }

    private static InvalidOperationException Failed(string what) => new($"{what}: {Marshal.GetLastPInvokeErrorMessage()}");
}
