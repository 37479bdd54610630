// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Native;

namespace Runcs.Containers.Storage;

/// <summary>
/// Identifies a process by its pid and its start time (field 22 of /proc/PID/stat, proc(5)), since pids are reused.
/// </summary>
public readonly record struct ProcessIdentity(int Pid, ulong StartTime)
{
    /// <summary>No process.</summary>
    public static readonly ProcessIdentity None;

    /// <summary>The process that has the pid now; <see cref="None"/> if it has ended.</summary>
    /// <exception cref="RuncsException">It is unknown whether it has.</exception>
    public static ProcessIdentity Of(int pid) =>
        TryReadStat(pid, out char state, out ulong start) && IsAlive(state) ? new ProcessIdentity(pid, start) : None;

    /// <summary>The process has not ended: it exists and is not a zombie (Z) or dead (X).</summary>
    /// <exception cref="RuncsException">It is unknown: only ENOENT and ESRCH mean that the process has ended.</exception>
    public bool Exists()
    {
        if (Pid <= 0 || !TryReadStat(Pid, out char state, out ulong start)) return false;
        if (start == StartTime) return IsAlive(state);
        // Another process has the pid, unless this /proc shows other pids than ours.
        RequireOwnProc();
        return false;
    }

    /// <summary>A pidfd of the process; null if it has ended. The pidfd refers to this process only.</summary>
    /// <exception cref="RuncsException">As of <see cref="Exists"/>.</exception>
    public Fd? Open()
    {
        if (Pid <= 0) return null;
        Errno errno = ProcessDescriptors.TryOpen(Pid, out Fd? pidfd);
        // EINVAL, ENOENT in later kernels: the number belongs to a thread now, or the process was just reaped.
        if (errno.Value is Errno.ESRCH or Errno.EINVAL or Errno.ENOENT) return null;
        errno.OrThrow("pidfd_open", $"pid {Pid}");
        try
        {
            // Checked after the pidfd is open: the pidfd refers to the process whose start time is read now.
            if (Exists()) return pidfd;
        }
        catch
        {
            pidfd!.Dispose();
            throw;
        }
        pidfd!.Dispose();
        return null;
    }

    /// <summary>The process is the first of a pid namespace below ours (NSpid, proc_pid_status(5)).</summary>
    /// <exception cref="RuncsException">It is unknown.</exception>
    public static bool IsFirstOfNamespace(int pid)
    {
        const string Key = "NSpid:";
        try
        {
            foreach (string line in Files.ReadTextAt(Files.AT_FDCWD, $"/proc/{pid}/status").Split('\n'))
                if (line.StartsWith(Key, StringComparison.Ordinal)) return line.EndsWith("\t1", StringComparison.Ordinal) && line.LastIndexOf('\t') > Key.Length;
            return false;
        }
        catch (RuncsException e) when (e.Errno.Value is Errno.ENOENT or Errno.ESRCH)
        {
            return false;
        }
    }

    /// <summary>The form in the state directory: <c>PID STARTTIME</c>.</summary>
    public string ToText() => string.Concat(Pid.ToString(), " ", StartTime.ToString());

    /// <summary>Parses the text of <see cref="ToText"/>.</summary>
    /// <returns>False for any other text, and for process 1 of our own pid namespace, which is no container's.</returns>
    public static bool TryParse(string text, out ProcessIdentity process)
    {
        int space = text.IndexOf(' ');
        bool isValid = Digits.TryParse(text.AsSpan(0, Math.Max(space, 0)), out ulong pid) & Digits.TryParse(text.AsSpan(space + 1), out ulong start) & pid <= int.MaxValue;
        process = isValid && pid > 1 ? new ProcessIdentity((int)pid, start) : None;
        return isValid && pid != 1;
    }

    private static bool IsAlive(char state) => state is not ('Z' or 'X' or 'x');

    // False if there is no such process.
    private static bool TryReadStat(int pid, out char state, out ulong start)
    {
        // At most 52 numbers of 20 digits, and a name of 64 characters.
        Span<byte> buffer = stackalloc byte[1024];
        (state, start) = ('X', 0);
        string path = string.Concat("/proc/", pid.ToString(), "/stat");
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, OpenFlags.O_RDONLY, 0, out Fd? stat);
        if (errno.Value is Errno.ENOENT or Errno.ESRCH) return !HasEnded(pid, path, errno) && TryReadStat(pid, out state, out start);
        errno.OrThrow("openat", path);
        using (stat)
        {
            errno = Files.TryRead(stat!.Value, buffer, out int length);
            if (errno.Value is Errno.ENOENT or Errno.ESRCH) return false;
            errno.OrThrow("read", path);
            return TryParseStat(buffer[..length], out state, out start) ? true : throw RuncsException.At(path, "is not in the form of proc_pid_stat(5)");
        }
    }

    // Without /proc, or with that of another pid namespace, every pid is missing there: kill(2) knows.
    private static bool HasEnded(int pid, string path, Errno missing)
    {
        if (Processes.TryKill(pid, 0).Value == Errno.ESRCH) return true;
        // The pid may have been given to a new process between the two calls.
        if (FileStatus.Exists(Files.AT_FDCWD, path)) return false;
        throw missing.Failure("openat", path).WithHint("the process exists: /proc of its pid namespace must be mounted");
    }

    private static void RequireOwnProc()
    {
        const string Self = "/proc/self";
        string? self = FileNodes.TryReadLinkAt(Files.AT_FDCWD, Self, out Errno errno);
        errno.OrThrow("readlinkat", Self);
        if (self != Processes.GetPid().ToString()) throw RuncsException.At(Self, "belongs to another pid namespace: /proc of this one must be mounted");
    }

    /// <summary>
    /// Fields 3 and 22. The name, field 2, is in parentheses and may contain any character, including parentheses.
    /// </summary>
    internal static bool TryParseStat(ReadOnlySpan<byte> stat, out char state, out ulong start)
    {
        const int StateToStart = 22 - 3;
        (state, start) = ('X', 0);
        int name = stat.LastIndexOf((byte)')');
        if (name < 0 || name + 2 >= stat.Length) return false;
        ReadOnlySpan<byte> rest = stat[(name + 2)..];
        state = (char)rest[0];
        for (int field = 0; field < StateToStart; field++)
        {
            int space = rest.IndexOf((byte)' ');
            if (space < 0) return false;
            rest = rest[(space + 1)..];
        }
        foreach (byte next in rest)
        {
            if (next is < (byte)'0' or > (byte)'9') break;
            start = start * 10 + (ulong)(next - '0');
        }
        return start > 0;
    }
}
