// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Native;

/// <summary>The attributes of a process that are written to its files in /proc (proc_pid(5)): uid_map, gid_map, oom_score_adj.</summary>
public static class ProcessFiles
{
    /// <summary>Writes a file of the process.</summary>
    /// <param name="path">Of the file, for messages.</param>
    /// <param name="call">The one that failed.</param>
    public static Errno TryWrite(int pid, string file, string value, out string path, out string call)
    {
        path = $"/proc/{pid}/{file}";
        call = "openat";
        Errno errno = Files.TryOpenAt(Files.AT_FDCWD, path, OpenFlags.O_WRONLY, 0, out Fd? fd);
        if (errno.IsError) return errno;
        call = "write";
        using (fd) return Files.TryWrite(fd!.Value, System.Text.Encoding.UTF8.GetBytes(value), out _);
    }
}
