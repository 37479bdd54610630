// SPDX-License-Identifier: Apache-2.0
using System;
using System.Globalization;
using Runcs.Native;

namespace Runcs.Containers.Storage;

/// <summary>
/// Identifies a process by its pid and its start time (field 22 of /proc/PID/stat, proc(5)), since pids are reused.
/// </summary>
public readonly record struct ProcessIdentity(int Pid, ulong StartTime)
{
    /// <summary>No process.</summary>
    public static readonly ProcessIdentity None;

    /// <summary>The process that has the pid now; <see cref="None"/> if there is none, or only a zombie.</summary>
    public static ProcessIdentity Of(int pid) =>
        TryReadStat(pid, out char state, out ulong start) && IsAlive(state) ? new ProcessIdentity(pid, start) : None;

    /// <summary>The process still exists and is not a zombie (Z) or dead (X).</summary>
    public bool Exists() =>
        Pid > 0 && TryReadStat(Pid, out char state, out ulong start) && start == StartTime && IsAlive(state);

    /// <summary>A pidfd of the process; null if it is gone. The descriptor then always refers to this process.</summary>
    /// <exception cref="RuncsException"/>
    public Fd? Open()
    {
        if (Pid <= 0) return null;
        Errno errno = ProcessDescriptors.TryOpen(Pid, out Fd? pidfd);
        // EINVAL, ENOENT in later kernels: the number belongs to a thread now, or the process was just reaped.
        if (errno.Value is Errno.ESRCH or Errno.EINVAL or Errno.ENOENT) return null;
        errno.OrThrow("pidfd_open", $"pid {Pid}");
        // Checked after the pidfd is open: the pidfd refers to the process whose start time is read now.
        if (Exists()) return pidfd;
        pidfd!.Dispose();
        return null;
    }

    /// <summary>The form in the state directory: <c>PID STARTTIME</c>.</summary>
    public string ToText() => string.Concat(Pid.ToString(), " ", StartTime.ToString());

    /// <summary>Parses the text of <see cref="ToText"/>; <see cref="None"/> for any other.</summary>
    public static ProcessIdentity Parse(string text)
    {
        int space = text.IndexOf(' ');
        return space > 0 && int.TryParse(text.AsSpan(0, space), out int pid) && ulong.TryParse(text.AsSpan(space + 1), out ulong start)
            ? new ProcessIdentity(pid, start)
            : None;
    }

    private static bool IsAlive(char state) => state is not ('Z' or 'X' or 'x');

    private static bool TryReadStat(int pid, out char state, out ulong start)
    {
        // At most 52 numbers of 20 digits, and a name of 64 characters.
        Span<byte> buffer = stackalloc byte[1024];
        (state, start) = ('X', 0);
        if (Files.TryOpenAt(Files.AT_FDCWD, string.Concat("/proc/", pid.ToString(CultureInfo.InvariantCulture), "/stat"), OpenFlags.O_RDONLY, 0, out Fd? stat).IsError) return false;
        using (stat)
            return !Files.TryRead(stat!.Value, buffer, out int length).IsError && TryParseStat(buffer[..length], out state, out start);
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
