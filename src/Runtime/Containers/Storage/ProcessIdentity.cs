// SPDX-License-Identifier: Apache-2.0
using System;
using System.Globalization;
using Runcs.Native;

namespace Runcs.Containers.Storage;

/// <summary>
/// A process that cannot be taken for another: its pid and its start time (field 22 of /proc/PID/stat, proc(5)), since a
/// pid is given again once its process is gone.
/// </summary>
public readonly record struct ProcessIdentity(int Pid, ulong StartTime)
{
    /// <summary>No process.</summary>
    public static readonly ProcessIdentity None;

    /// <summary>The process that has the pid now; <see cref="None"/> when there is none, or only its remains.</summary>
    public static ProcessIdentity Of(int pid) =>
        TryReadStat(pid, out char state, out ulong start) && IsAlive(state) ? new ProcessIdentity(pid, start) : None;

    /// <summary>The process is still there and not a zombie (Z) or dead (X).</summary>
    public bool Exists() =>
        Pid > 0 && TryReadStat(Pid, out char state, out ulong start) && start == StartTime && IsAlive(state);

    /// <summary>A pidfd of the process; null if it is gone. The descriptor then means this process for ever.</summary>
    /// <exception cref="RuncsException"/>
    public Fd? Open()
    {
        if (Pid <= 0) return null;
        Errno errno = ProcessDescriptors.TryOpen(Pid, out Fd? pidfd);
        // EINVAL, ENOENT in later kernels: the number is a thread's now, or its process was reaped in this very moment.
        if (errno.Value is Errno.ESRCH or Errno.EINVAL or Errno.ENOENT) return null;
        errno.OrThrow("pidfd_open", $"pid {Pid}");
        // Looked at after the pidfd is open: what has the start time now is what the pidfd holds.
        if (Exists()) return pidfd;
        pidfd!.Dispose();
        return null;
    }

    /// <summary>As the state directory keeps it: <c>PID STARTTIME</c>.</summary>
    public string ToText() => string.Concat(Pid.ToString(), " ", StartTime.ToString());

    /// <summary>Reads <see cref="ToText"/>'s text; <see cref="None"/> for any other.</summary>
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
        // Two numbers of 20 digits at most for each of 52 fields, and a name of 64.
        Span<byte> buffer = stackalloc byte[1024];
        (state, start) = ('X', 0);
        if (Files.TryOpenAt(Files.AT_FDCWD, string.Concat("/proc/", pid.ToString(CultureInfo.InvariantCulture), "/stat"), OpenFlags.O_RDONLY, 0, out Fd? stat).IsError) return false;
        using (stat)
            return !Files.TryRead(stat!.Value, buffer, out int length).IsError && TryParseStat(buffer[..length], out state, out start);
    }

    /// <summary>Fields 3 and 22. The name, field 2, stands in parentheses and may hold any character, parentheses too.</summary>
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
