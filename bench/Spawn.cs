// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.InteropServices;
using Runcs.Harness;

namespace Runcs.Bench;

/// <summary>A command line with everything prepared, so that only the command is timed.</summary>
internal sealed unsafe class Spawn : IDisposable
{
    private readonly string _path;
    private readonly byte** _argv;
    private readonly byte** _environment;
    private readonly void* _actions = NativeMemory.AllocZeroed(Libc.FileActionsSize);
    private readonly string _stderr;
    private readonly bool _asUser;

    /// <param name="asUser">Executed by <see cref="OrdinaryUser"/>, who owns the file for standard error.</param>
    public Spawn(string stderr, bool asUser, params string[] commandLine) : this(stderr, commandLine) => _asUser = asUser;

    public Spawn(string stderr, params string[] commandLine)
    {
        _path = commandLine[0];
        _stderr = stderr;
        _argv = Vector(commandLine);
        _environment = Vector(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]);
        _ = Libc.posix_spawn_file_actions_init(_actions);
        _ = Libc.posix_spawn_file_actions_addopen(_actions, 0, "/dev/null", Libc.O_RDWR, 0);
        _ = Libc.posix_spawn_file_actions_addopen(_actions, 1, "/dev/null", Libc.O_RDWR, 0);
        _ = Libc.posix_spawn_file_actions_addopen(_actions, 2, stderr, Libc.O_RDWR | Libc.O_CREAT | Libc.O_TRUNC, 0b110_100_100);
    }

    /// <summary>From before the spawn until after the wait, in milliseconds.</summary>
    public double Time(out int exitCode)
    {
        long start = Stopwatch.GetTimestamp();
        int pid = Start();
        exitCode = Wait(pid);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>The time; an exception has the command's error output.</summary>
    public double Time()
    {
        double time = Time(out int exitCode);
        return exitCode == 0 ? time : throw Failed(exitCode);
    }

    /// <summary>The costs of the command and of all its descendants until its exit. Not timed: each clone then copies the counters.</summary>
    public Costs Count()
    {
        using CostCounters counters = new(0);
        int exitCode = Wait(Start());
        return exitCode == 0 ? counters.Read() : throw Failed(exitCode);
    }

    /// <summary>
    /// The peak of resident memory of the command, in KiB. Not from wait4: its ru_maxrss counts the bench's own memory, which
    /// the child had before its exec. So the command is stopped at its exit, while its memory still exists.
    /// </summary>
    public long Peak()
    {
        int pid = Start();
        if (Libc.ptrace(Libc.PTRACE_SEIZE, pid, 0, Libc.PTRACE_O_TRACEEXIT) != 0)
            throw new InvalidOperationException($"PTRACE_SEIZE: {Marshal.GetLastPInvokeErrorMessage()}");
        long peak = 0;
        while (true)
        {
            if (Libc.waitpid(pid, out int status, 0) != pid)
                throw new InvalidOperationException($"waitpid: {Marshal.GetLastPInvokeErrorMessage()}");
            if ((status & 0xff) != 0x7f)
                return ExitCode(status) == 0 ? peak : throw Failed(ExitCode(status));
            bool exiting = status >> 16 != 0;
            if (exiting)
                peak = StatusLine(pid, "VmHWM:");
            int signal = exiting ? 0 : status >> 8 & 0xff;
            _ = Libc.ptrace(Libc.PTRACE_CONT, pid, 0, signal);
        }
    }

    public void Dispose()
    {
        _ = Libc.posix_spawn_file_actions_destroy(_actions);
        NativeMemory.Free(_actions);
        Free(_argv);
        Free(_environment);
    }

    public static int Wait(int pid)
    {
        int status;
        while (Libc.waitpid(pid, out status, 0) != pid)
        {
            if (Marshal.GetLastPInvokeError() != 4)
                return -1;
        }
        return ExitCode(status);
    }

    private int Start() => _asUser ? OrdinaryUser.Do(StartNow) : StartNow();

    private int StartNow()
    {
        int error = Libc.posix_spawn(out int pid, _path, _actions, null, _argv, _environment);
        return error == 0 ? pid : throw new InvalidOperationException($"{_path}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    private InvalidOperationException Failed(int exitCode)
    {
        List<string> words = [];
        for (byte** at = _argv; *at != null; at++)
            words.Add(Marshal.PtrToStringUTF8((nint)(*at))!);
        return new($"{string.Join(' ', words)}: exit code {exitCode}: {File.ReadAllText(_stderr).Trim()}");
    }

    private static int ExitCode(int status) => (status & 0x7f) == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f);

    private static long StatusLine(int pid, string name) =>
        long.Parse(File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]);

    private static byte** Vector(string[] words)
    {
        byte** vector = (byte**)NativeMemory.AllocZeroed((nuint)words.Length + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < words.Length; i++)
            vector[i] = (byte*)Marshal.StringToCoTaskMemUTF8(words[i]);
        return vector;
    }

    private static void Free(byte** vector)
    {
        for (byte** at = vector; *at != null; at++)
            Marshal.FreeCoTaskMem((nint)(*at));
        NativeMemory.Free(vector);
    }
}
