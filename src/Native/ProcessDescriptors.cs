// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;
using static Runcs.Native.Arch.SystemCall;
using static Runcs.Native.OpenFlags;
using static Runcs.Native.Syscall;

namespace Runcs.Native;

/// <summary>
/// pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2), and the wait for a process's end. If an outer seccomp filter
/// refuses pidfd_open(2), the process's directory in /proc replaces the pidfd: it refers to the same process, but cannot
/// be polled.
/// </summary>
public static partial class ProcessDescriptors
{
    private const int Patience = 10;
    private static bool s_openRefused;

    /// <summary>A descriptor of any process, child or not.</summary>
    public static Errno TryOpen(int pid, out Fd? process)
    {
        nint result = s_openRefused ? -1 : syscall(SYS_pidfd_open, pid, 0, 0, 0);
        process = result < 0 ? null : new Fd((int)result);
        Errno errno = result >= 0 || s_openRefused ? Errno.None : Errno.Last;
        if (!s_openRefused && !RefusedCalls.Explains(errno, SYS_pidfd_open)) return errno;
        s_openRefused = true;
        errno = Files.TryOpenAt(Files.AT_FDCWD, string.Concat("/proc/", pid.ToString()), O_RDONLY | O_DIRECTORY, 0, out process);
        // Without /proc every pid is missing there.
        return errno.Value == Errno.ENOENT && Processes.TryKill(pid, 0).Value == Errno.ESRCH ? new Errno(Errno.ESRCH) : errno;
    }

    /// <summary>Signals exactly this process; ESRCH if it has ended and was waited for.</summary>
    public static Errno TrySignal(int process, int signal)
    {
        Errno errno = syscall(SYS_pidfd_send_signal, process, signal, 0, 0) < 0 ? Errno.Last : Errno.None;
        if (!RefusedCalls.Explains(errno, SYS_pidfd_send_signal)) return errno;
        // Between this check and kill(2) the pid could be reused, but only if all other pids are used in between.
        errno = TryReadPid(process, out int pid);
        return errno.IsError ? errno : Processes.TryKill(pid, signal);
    }

    /// <summary>
    /// pidfd_getfd(2): a close-on-exec duplicate of another process's descriptor; it requires the permission of
    /// ptrace(2).
    /// </summary>
    public static Errno TryGetFd(int process, int target, out Fd? fd)
    {
        nint result = syscall(SYS_pidfd_getfd, process, target, 0, 0);
        fd = result < 0 ? null : new Fd((int)result);
        return result < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>Whether the process has ended, waited for or not.</summary>
    /// <exception cref="RuncsException">It is unknown.</exception>
    public static bool HasEnded(Fd process)
    {
        if (CanPoll(process)) return Poll(process.Value, 0);
        Span<byte> stat = stackalloc byte[512];
        Errno errno = TryReadStat(process.Value, "stat", stat, out int length);
        if (IsGone(errno)) return true;
        errno.OrThrow("read", "stat");
        int name = stat[..length].LastIndexOf((byte)')');
        return name < 0 || name + 2 >= length || stat[name + 2] is (byte)'Z' or (byte)'X';
    }

    /// <summary>
    /// Whether the process has ended or is exiting. An exiting process has released its namespaces and its root or is
    /// about to; the first process of a pid namespace ends only after all others in it (pid_namespaces(7)).
    /// </summary>
    public static bool IsEnding(Fd process)
    {
        const int FlagsField = 9, StateField = 3;
        const uint PF_EXITING = 4; // linux/sched.h
        Span<byte> stat = stackalloc byte[512];
        bool isExiting = !TryReadPid(process.Value, out int pid).IsError && !TryReadStat(Files.AT_FDCWD, string.Concat("/proc/", pid.ToString(), "/stat"), stat, out int length).IsError
            && Field(stat[..length], FlagsField - StateField) is { } flags && (flags & PF_EXITING) != 0;
        // The file was found by pid, which is the process's until it has ended.
        return isExiting || HasEnded(process);
    }

    // proc_pid_stat(5): the fields after the name, which is in parentheses and may contain any character.
    private static uint? Field(ReadOnlySpan<byte> stat, int index)
    {
        string text = Encoding.UTF8.GetString(stat[(stat.LastIndexOf((byte)')') + 1)..]);
        string[] fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return index < fields.Length && uint.TryParse(fields[index], out uint number) ? number : null;
    }

    /// <summary>Waits for the process's end for at most this many milliseconds; false on a timeout.</summary>
    /// <exception cref="RuncsException">It is unknown whether it has.</exception>
    public static bool WaitEnd(Fd process, int timeout)
    {
        long deadline = Clock.Milliseconds() + timeout;
        while (!HasEnded(process))
        {
            long left = deadline - Clock.Milliseconds();
            if (left <= 0) return false;
            int number = PollNumber(process);
            Poll(number, (int)(number < 0 ? Math.Min(left, Patience) : left));
        }
        return true;
    }

    private static bool Poll(int process, int timeout)
    {
        Descriptors.PollFd end = new() { Fd = process, Events = PollEvents.POLLIN };
        Errno errno = Descriptors.TryPoll(new(ref end), timeout, out int ready);
        if (errno.Value != Errno.EINTR) errno.OrThrow("poll", "pidfd");
        return ready > 0;
    }

    /// <summary>The number to pass to poll(2): -1, which poll ignores, if the descriptor would always be ready.</summary>
    public static int PollNumber(Fd process) => CanPoll(process) ? process.Value : -1;

    // The descriptors of our own clones are always pidfds.
    private static bool CanPoll(Fd process) => !s_openRefused || !FileStatus.Of(process).IsDirectory;

    // ESRCH for a process that has ended and was waited for.
    private static Errno TryReadPid(int process, out int pid)
    {
        pid = -1;
        Span<byte> text = stackalloc byte[512];
        Errno errno = TryReadStat(process, "stat", text, out int length);
        if (!errno.IsError) pid = Number(text[..length]);
        // ENOTDIR: a pidfd.
        if (errno.Value == Errno.ENOTDIR)
        {
            errno = TryReadStat(Files.AT_FDCWD, string.Concat("/proc/self/fdinfo/", process.ToString()), text, out length);
            ReadOnlySpan<byte> key = "\nPid:\t"u8;
            int at = text[..length].IndexOf(key);
            // -1 in it: the process has ended.
            if (at >= 0) pid = Number(text[(at + key.Length)..length]);
            if (errno.Value == Errno.ENOENT) return errno;
        }
        return IsGone(errno) || (!errno.IsError && pid <= 0) ? new Errno(Errno.ESRCH) : errno;
    }

    private static bool IsGone(Errno errno) => errno.Value is Errno.ENOENT or Errno.ESRCH;

    private static Errno TryReadStat(int directory, string path, Span<byte> text, out int length)
    {
        length = 0;
        Errno errno = Files.TryOpenAt(directory, path, O_RDONLY, 0, out Fd? stat);
        if (errno.IsError) return errno;
        using (stat) return Files.TryRead(stat!.Value, text, out length);
    }

    private static int Number(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAny((byte)' ', (byte)'\n');
        return int.TryParse(Encoding.UTF8.GetString(end < 0 ? text : text[..end]), out int number) ? number : -1;
    }
}
