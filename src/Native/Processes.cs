// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using Runcs.Native.Arch;
using Tmds.Linux;
using static Runcs.Native.Arch.SystemCall;
using static Runcs.Native.CloneFlags;
using static Runcs.Native.Syscall;
using static Runcs.Native.WaitOptions;

namespace Runcs.Native;

/// <summary>clone3(2), setns(2), unshare(2), execve(2), wait4(2), kill(2), pidfds, prctl(2).</summary>
public static unsafe partial class Processes
{
    public const int PR_SET_PDEATHSIG = 1, PR_SET_DUMPABLE = 4, PR_SET_KEEPCAPS = 8, PR_SET_NAME = 15, PR_CAPBSET_DROP = 24,
        PR_SET_CHILD_SUBREAPER = 36, PR_SET_NO_NEW_PRIVS = 38, PR_GET_TID_ADDRESS = 40, PR_CAP_AMBIENT = 47;
    public const int SIGHUP = 1, SIGINT = 2, SIGKILL = 9, SIGPIPE = 13, SIGTERM = 15, SIGCHLD = 17, SIGCONT = 18, SIGSTOP = 19,
        SIGWINCH = 28;

    // struct clone_args, CLONE_ARGS_SIZE_VER2 (Linux 5.7).
    [StructLayout(LayoutKind.Sequential)]
    private struct clone_args
    {
        public CloneFlags flags;
        public ulong pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
    }

    /// <summary>
    /// Forks with clone3(2): returns 0 in the child, which continues in managed code on a copy of the memory, and the
    /// child's pid in the parent. Safe only while this process has one thread, as it always does (docs/decisions/0002):
    /// no other thread can hold a lock.
    /// </summary>
    /// <param name="flags">CLONE_NEW*, CLONE_PARENT, CLONE_INTO_CGROUP; never CLONE_VM.</param>
    /// <param name="cgroup">With CLONE_INTO_CGROUP, a descriptor of the cgroup2 directory.</param>
    /// <param name="pidfd">In the parent, a descriptor of the child.</param>
    /// <param name="exitSignal">The signal to the parent at the child's end; 0 for none. After an execve it is SIGCHLD.</param>
    public static Errno TryClone(CloneFlags flags, int cgroup, out int pid, out Fd? pidfd, int exitSignal = SIGCHLD)
    {
        int pidfdNumber = -1;
        // glibc keeps the thread id in the thread's descriptor; without CLONE_CHILD_SETTID the child would read its
        // parent's id there.
        int* tid = null;
        prctl(PR_GET_TID_ADDRESS, (nint)(&tid), 0, 0, 0);
        var args = new clone_args
        {
            flags = flags | CLONE_PIDFD | (tid == null ? 0 : CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID),
            pidfd = (ulong)&pidfdNumber,
            child_tid = (ulong)tid,
            exit_signal = (flags & CLONE_PARENT) != 0 ? 0 : (ulong)exitSignal,
            cgroup = (flags & CLONE_INTO_CGROUP) != 0 ? (ulong)cgroup : 0,
        };
        nint result = clone3(SYS_clone3, &args, (nuint)sizeof(clone_args));
        Errno errno = result < 0 ? new Errno(Marshal.GetLastSystemError()) : Errno.None;
        if (errno.IsError && RefusedCalls.Explains(errno, SYS_clone3))
        {
            result = CloneOld(args, tid, &pidfdNumber);
            errno = result < 0 ? new Errno(Marshal.GetLastSystemError()) : Errno.None;
        }
        pid = (int)Math.Max(result, 0);
        pidfd = result > 0 ? new Fd(pidfdNumber) : null;
        return errno;
    }

    // clone(2), if an outer seccomp filter refuses clone3(2), whose arguments a filter cannot inspect. It has all our
    // flags except CLONE_INTO_CGROUP; the child then joins the cgroup itself before it unshares the cgroup namespace.
    private static nint CloneOld(in clone_args args, int* tid, int* pidfd)
    {
        CloneFlags flags = args.flags & ~CLONE_INTO_CGROUP;
        bool joins = flags != args.flags;
        if (joins) flags &= ~CLONE_NEWCGROUP;
        void* childTid = Machine.CloneBackwards ? null : tid, tls = Machine.CloneBackwards ? tid : null;
        nint result = clone(SYS_clone, (nint)((ulong)flags | args.exit_signal), 0, pidfd, childTid, tls);
        if (result != 0 || !joins) return result;
        if (Files.TryWriteValueAt((int)args.cgroup, "cgroup.procs", "0").IsError) Exit(1);
        if ((args.flags & CLONE_NEWCGROUP) != 0 && TryUnshare(CLONE_NEWCGROUP).IsError) Exit(1);
        return 0;
    }

    public static Errno TrySetns(int fd, CloneFlags type) => LibC.setns(fd, (int)type) < 0 ? Errno.Last : Errno.None;

    public static Errno TryUnshare(CloneFlags flags) => LibC.unshare((int)flags) < 0 ? Errno.Last : Errno.None;

    /// <summary>Exits at once, without exit handlers of libc or .NET. Every clone that did not exec ends this way.</summary>
    public static void Exit(int status)
    {
        while (true) syscall(SYS_exit_group, status, 0, 0, 0, 0);
    }

    /// <summary>execveat(2) of an open executable. Arguments and environment are null-terminated arrays of C strings. Returns only on failure.</summary>
    public static Errno TryExecFd(int fd, byte** argv, byte** envp)
    {
        byte empty = 0;
        syscall(SYS_execveat, fd, (nint)(&empty), (nint)argv, (nint)envp, (long)AtFlags.AT_EMPTY_PATH);
        return Errno.Last;
    }

    /// <summary>execve(2) of a path. Returns only on failure.</summary>
    public static Errno TryExec(string path, byte** argv, byte** envp)
    {
        execve(path, argv, envp);
        return Errno.Last;
    }

    /// <summary>wait4(2): the pid that ended (0 with WNOHANG if none has) and its status as the kernel returns it.</summary>
    public static Errno TryWait(int pid, WaitOptions options, out int ended, out int status)
    {
        int value = 0, result;
        do result = wait4(pid, &value, options, null); while (result < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        (ended, status) = (Math.Max(result, 0), value);
        return result < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>
    /// waitid(2) that leaves the child waitable: no error if the process is a child of the caller, ended or not, else
    /// ECHILD.
    /// </summary>
    public static Errno TryFindChild(int pid)
    {
        const int P_PID = 1, SizeOfSiginfo = 128;
        byte* info = stackalloc byte[SizeOfSiginfo];
        return waitid(P_PID, pid, info, WEXITED | WNOWAIT | WNOHANG | __WALL) < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>
    /// waitid(2) that leaves the child waitable: the pid of a child that has ended and was not waited for, 0 for none. ECHILD
    /// without any child.
    /// </summary>
    public static Errno TryFindEnded(out int pid)
    {
        const int P_ALL = 0, SizeOfSiginfo = 128, PidOffset = 16;
        byte* info = stackalloc byte[SizeOfSiginfo];
        new Span<byte>(info, SizeOfSiginfo).Clear();
        Errno errno = waitid(P_ALL, 0, info, WEXITED | WNOWAIT | WNOHANG) < 0 ? Errno.Last : Errno.None;
        pid = errno.IsError ? 0 : *(int*)(info + PidOffset);
        return errno;
    }

    /// <summary>The exit code as a shell reports it: the program's, or 128 plus the signal that killed it.</summary>
    public static int ExitCode(int status) => (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);

    public static Errno TryKill(int pid, int signal) => LibC.kill(pid, signal) < 0 ? Errno.Last : Errno.None;

    public static Errno TryPrctl(int option, nint a, nint b = 0, nint c = 0, nint d = 0) => prctl(option, a, b, c, d) < 0 ? Errno.Last : Errno.None;

    /// <summary>
    /// Makes this process undumpable before it enters a user namespace with other processes. Those with CAP_SYS_PTRACE
    /// there could otherwise attach to it and take its descriptors, unless it was executed outside and is not dumpable
    /// (ptrace(2); __ptrace_may_access() in the kernel's kernel/ptrace.c). Clones inherit this; the next execve resets
    /// it.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public static void Hide()
    {
        Errno errno = TryPrctl(PR_SET_DUMPABLE, 0);
        errno.OrThrow("prctl", "PR_SET_DUMPABLE");
    }

    public static int GetPid() => LibC.getpid();

    public static int GetParentPid() => LibC.getppid();

    public static uint EffectiveUid() => LibC.geteuid();

    public static uint EffectiveGid() => LibC.getegid();

    public static Errno TryChdir(string path) => chdir(path) < 0 ? Errno.Last : Errno.None;

    public static Errno TryChdir(int fd) => LibC.fchdir(fd) < 0 ? Errno.Last : Errno.None;

    public static Errno TrySetsid() => LibC.setsid() < 0 ? Errno.Last : Errno.None;

    /// <summary>Puts a process into a process group (setpgid(2)); 0 means the caller, and its own group.</summary>
    public static Errno TrySetProcessGroup(int pid, int group) => LibC.setpgid(pid, group) < 0 ? Errno.Last : Errno.None;

    // SAFETY: without the GC transition the child continues in cooperative mode on its only thread, in the state in which
    // the parent called.
    [LibraryImport("libc", EntryPoint = "syscall")]
    [SuppressGCTransition]
    private static partial nint clone3(SystemCall nr, clone_args* args, nuint size);

    // SAFETY: as clone3.
    [LibraryImport("libc", EntryPoint = "syscall")]
    [SuppressGCTransition]
    private static partial nint clone(SystemCall nr, nint flags, nint stack, int* parentTid, void* third, void* fourth);

    private static int execve(string path, byte** argv, byte** envp)
    {
        using var text = new CString(path, stackalloc byte[CString.Size]);
        return LibC.execve(text, argv, envp);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int wait4(int pid, int* status, WaitOptions options, void* usage);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitid(int type, int id, byte* info, WaitOptions options);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nint a, nint b, nint c, nint d);

    private static int chdir(string path)
    {
        using var text = new CString(path, stackalloc byte[CString.Size]);
        return LibC.chdir(text);
    }
}
