// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using Runcs.Native.Arch;
using static Runcs.Native.Arch.SystemCall;
using static Runcs.Native.Syscall;

namespace Runcs.Native;

/// <summary>signalfd(2), sigprocmask(2), sigaction(2) in the kernel's format: a set is 64 bits, and signal n is bit n-1.</summary>
public static unsafe partial class Signals
{
    public const int SIGQUIT = 3, SIGILL = 4, SIGTRAP = 5, SIGABRT = 6, SIGBUS = 7, SIGFPE = 8, SIGSEGV = 11, SIGTSTP = 20, SIGTTIN = 21,
        SIGTTOU = 22, SIGURG = 23, SIGXFSZ = 25, SIGSYS = 31;
    // signal(7): SIGSYS is the last of the standard signals; _NSIG.
    private const int SystemdHalt = 37;

    /// <summary>The highest signal number.</summary>
    public const int Last = 64;

    private const int SIG_IGN = 1, SIG_BLOCK = 0, SIG_SETMASK = 2, SetSize = 8, SFD_CLOEXEC = 0x80000, SFD_NONBLOCK = 0x800;

    /// <summary>A set of signals.</summary>
    public readonly record struct Set(ulong Bits)
    {
        /// <summary>
        /// All signals except those that report a fault of this process: faults cannot be deferred, and the runtime turns
        /// SIGSEGV and SIGFPE into exceptions.
        /// </summary>
        public static Set AllButFaults { get; } = new Set(ulong.MaxValue).Without(SIGSEGV).Without(SIGBUS).Without(SIGFPE).Without(SIGILL)
            .Without(SIGTRAP).Without(SIGSYS).Without(SIGABRT);

        /// <summary>
        /// The standard signals whose default action ends a process, except SIGKILL (signal(7)), and SIGRTMIN+3, by which
        /// engines stop a systemd (systemd(1), "Signals").
        /// </summary>
        public static Set Ending { get; } = new Set(Bit(SIGSYS + 1) - 1).With(SystemdHalt).Without(Processes.SIGKILL).Without(Processes.SIGCHLD).Without(Processes.SIGCONT)
            .Without(Processes.SIGSTOP).Without(SIGTSTP).Without(SIGTTIN).Without(SIGTTOU).Without(SIGURG).Without(Processes.SIGWINCH);

        public Set With(int signal) => new(Bits | Bit(signal));

        public Set Without(int signal) => new(Bits & ~Bit(signal));

        private static ulong Bit(int signal) => 1UL << (signal - 1);
    }

    /// <summary>The members of struct signalfd_siginfo used here; <see cref="Sender"/> is 0 for the kernel.</summary>
    public readonly record struct Arrival(int Signal, int Code, int Sender);

    /// <summary>Blocks the set in addition to the blocked signals. Clones and executed programs inherit the mask.</summary>
    public static Set Block(Set set) => Change(SIG_BLOCK, set);

    /// <summary>Replaces the mask and returns the old one.</summary>
    public static Set SetMask(Set set) => Change(SIG_SETMASK, set);

    /// <summary>A non-blocking signalfd for the blocked signals of the set.</summary>
    /// <exception cref="RuncsException"/>
    public static Fd Open(Set set)
    {
        ulong bits = set.Bits;
        nint result = syscall(SYS_signalfd4, -1, (nint)(&bits), SetSize, SFD_CLOEXEC | SFD_NONBLOCK, 0);
        return result < 0 ? throw Errno.Last.Failure("signalfd4", "") : new Fd((int)result);
    }

    /// <summary>Reads one pending signal from a descriptor of <see cref="Open"/>; false if there is none.</summary>
    public static bool TryTake(int signalFd, out Arrival arrival)
    {
        signalfd_siginfo info;
        bool taken = !Files.TryRead(signalFd, new Span<byte>(&info, sizeof(signalfd_siginfo)), out int count).IsError
            && count == sizeof(signalfd_siginfo);
        arrival = taken ? new Arrival((int)info.signo, info.code, (int)info.pid) : default;
        return taken;
    }

    /// <summary>
    /// Before an execve in a child: unblocks all signals and restores the default dispositions that its parent may
    /// ignore. The execve resets handlers but keeps ignored signals ignored (execve(2)).
    /// </summary>
    public static void Reset()
    {
        // Any of them may be ignored by some caller: Python ignores SIGXFSZ, `env --ignore-signal` all, real-time signals
        // included. SIGSEGV and SIGFPE have the runtime's handlers.
        for (int signal = 1; signal <= Last; signal++)
        {
            if (signal is not (Processes.SIGKILL or Processes.SIGSTOP or SIGSEGV or SIGFPE)) SetDefault(signal);
        }
        SetMask(new Set(0));
    }

    /// <summary>
    /// The default disposition. A process that waits for children needs it for SIGCHLD: an inherited SIG_IGN makes the
    /// kernel reap them before wait4(2) sees them.
    /// </summary>
    public static void SetDefault(int signal)
    {
        kernel_sigaction action = default;
        rt_sigaction(SYS_rt_sigaction, signal, &action, null, SetSize);
    }

    /// <summary>Ignores a signal, until <see cref="Reset"/>.</summary>
    public static void Ignore(int signal)
    {
        var action = new kernel_sigaction { handler = SIG_IGN };
        rt_sigaction(SYS_rt_sigaction, signal, &action, null, SetSize);
    }

    private static Set Change(int how, Set set)
    {
        ulong bits = set.Bits, old = 0;
        syscall(SYS_rt_sigprocmask, how, (nint)(&bits), (nint)(&old), SetSize, 0);
        return new Set(old);
    }

    private struct kernel_sigaction
    {
        public nint handler;
        public ulong flags;
        public nint restorer;
        public ulong mask;
    }

    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct signalfd_siginfo
    {
        [FieldOffset(0)] public uint signo;
        [FieldOffset(8)] public int code;
        [FieldOffset(12)] public uint pid;
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    [SuppressGCTransition]
    private static partial nint rt_sigaction(SystemCall nr, nint signal, kernel_sigaction* action, kernel_sigaction* old, nint size);
}
