// SPDX-License-Identifier: Apache-2.0
// The child's part runs in a clone of the runtime, or of the container's init, up to its execve.
using System;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Hooks;

/// <summary>How a hook ended.</summary>
/// <param name="ExecErrno">Why it could not be executed; no error if it was.</param>
/// <param name="Status">As wait4(2) gives it; null if it was killed by us, because its time was over or we were interrupted.</param>
internal readonly record struct HookEnd(Errno ExecErrno, int? Status, bool Interrupted = false);

/// <summary>A hook that runs: a process group of its own, its input in a file, its outputs in pipes.</summary>
internal sealed class HookProcess : IDisposable
{
    // Enough of an output for an error text; the rest is read and dropped, so that the hook does not wait for us.
    private const int MostOutput = 8192;
    private const int Stdin = 0, Stdout = 1, Stderr = 2, FirstFree = 3, ExecFailed = 127;

    private readonly int _pid;
    private readonly Fd _pidfd, _report, _stdoutRead, _stderrRead;
    private readonly CapturedOutput _stdout = new(MostOutput), _stderr = new(MostOutput);

    private HookProcess(int pid, Fd pidfd, Fd report, Fd stdoutRead, Fd stderrRead) =>
        (_pid, _pidfd, _report, _stdoutRead, _stderrRead) = (pid, pidfd, report, stdoutRead, stderrRead);

    public string Output => _stdout.ToString();

    public string ErrorOutput => _stderr.ToString();

    /// <param name="environment">Null-terminated strings to be used where the hook has no environment of its own.</param>
    /// <param name="directory">The working directory, if it is still there.</param>
    /// <exception cref="SyscallException"/>
    public static unsafe HookProcess Start(Hook hook, ReadOnlySpan<byte> state, ReadOnlySpan<byte> environment, string? directory)
    {
        // A file and no pipe: however long the annotations are, writing waits for nobody, and a hook that does not read harms nobody.
        using Fd input = Descriptors.MakeMemfd("runcs-state", state);
        using CStringArray argv = CStringArray.Of(hook.Args.Length > 0 ? hook.Args : [hook.Path]);
        using CStringArray envp = hook.Env is { } env ? CStringArray.Of(env) : CStringArray.Of(environment);
        (Fd stdoutRead, Fd stdoutWrite) = Descriptors.Pipe();
        (Fd stderrRead, Fd stderrWrite) = Descriptors.Pipe();
        (Fd reportRead, Fd reportWrite) = Descriptors.Pipe();
        Errno errno = Processes.TryClone(0, -1, out int pid, out Fd? pidfd);
        if (!errno.IsError && pid == 0) Become(hook.Path, argv.Pointer, envp.Pointer, input, stdoutWrite, stderrWrite, reportWrite, directory);
        stdoutWrite.Dispose();
        stderrWrite.Dispose();
        reportWrite.Dispose();
        var process = new HookProcess(pid, pidfd ?? new Fd(-1), reportRead, stdoutRead, stderrRead);
        if (!errno.IsError) return process;
        process.Dispose();
        throw new SyscallException("clone3", "", errno);
    }

    /// <summary>
    /// Waits for the end, at most so many milliseconds (-1: for ever) and until <paramref name="interrupts"/> can be read; then
    /// everything in the hook's process group is killed.
    /// </summary>
    public HookEnd Wait(int timeout, Fd? interrupts)
    {
        long deadline = timeout < 0 ? long.MaxValue : Clock.Milliseconds() + timeout;
        Descriptors.TrySetNonBlocking(_stdoutRead.Value, true);
        Descriptors.TrySetNonBlocking(_stderrRead.Value, true);
        Span<Descriptors.PollFd> entries =
        [
            new() { Fd = _pidfd.Value, Events = PollEvents.POLLIN },
            new() { Fd = _stdoutRead.Value, Events = PollEvents.POLLIN },
            new() { Fd = _stderrRead.Value, Events = PollEvents.POLLIN },
            new() { Fd = interrupts?.Value ?? -1, Events = PollEvents.POLLIN },
        ];
        while (entries[0].Returned == 0)
        {
            long left = deadline - Clock.Milliseconds();
            if (left <= 0 || entries[3].Returned != 0)
            {
                Kill();
                return new(Errno.None, null, Interrupted: left > 0);
            }
            Errno errno = Descriptors.TryPoll(entries, timeout < 0 ? -1 : (int)left, out _);
            if (errno.IsError && errno.Value != Errno.EINTR) throw new SyscallException("poll", "", errno);
            if (errno.IsError) continue;
            // An end of file is readable for ever: no longer asked for.
            if (entries[1].Returned != 0 && _stdout.Take(_stdoutRead.Value)) entries[1].Fd = -1;
            if (entries[2].Returned != 0 && _stderr.Take(_stderrRead.Value)) entries[2].Fd = -1;
        }
        // What it wrote is there; what it left running in the background may hold the pipes open and is not waited for.
        _stdout.Take(_stdoutRead.Value);
        _stderr.Take(_stderrRead.Value);
        return new(ReadReport(), Reap());
    }

    public void Dispose()
    {
        _pidfd.Dispose();
        _report.Dispose();
        _stdoutRead.Dispose();
        _stderrRead.Dispose();
    }

    private void Kill()
    {
        // The group first: it is the hook's own (setpgid in the child), unless the child did not get that far.
        Processes.TryKill(-_pid, Processes.SIGKILL);
        ProcessDescriptors.TrySignal(_pidfd.Value, Processes.SIGKILL);
        Reap();
    }

    private int Reap()
    {
        Errno errno = Processes.TryWait(_pid, WaitOptions.__WALL, out _, out int status);
        return errno.IsError ? throw new SyscallException("wait4", "hook", errno) : status;
    }

    private Errno ReadReport()
    {
        Span<byte> report = stackalloc byte[sizeof(int)];
        // Never waits: its only other end went with the child's exec or exit.
        return Files.TryRead(_report.Value, report, out int count).IsError || count != report.Length ? Errno.None : new Errno(BitConverter.ToInt32(report));
    }

    // Never returns. Its memory is a copy of the runtime's, which no container can look into: a hook of the runtime's namespaces
    // is outside of all, and the init that runs the others is alone in its pid namespace, or outside of the one it joins.
    private static unsafe void Become(string path, byte** argv, byte** envp, Fd input, Fd output, Fd errors, Fd report, string? directory)
    {
        Errno errno;
        try
        {
            errno = TryBecome(path, argv, envp, input, output, errors, ref report, directory);
        }
        catch (SyscallException failure)
        {
            errno = failure.Errno;
        }
        Files.TryWrite(report.Value, BitConverter.GetBytes(errno.Value), out _);
        Processes.Exit(ExecFailed);
    }

    private static unsafe Errno TryBecome(string path, byte** argv, byte** envp, Fd input, Fd output, Fd errors, ref Fd report, string? directory)
    {
        Processes.TryPrctl(Processes.PR_SET_PDEATHSIG, Processes.SIGKILL);
        Processes.TrySetProcessGroup(0, 0);
        // Out of the way of the numbers they go to, where a caller had closed those.
        Fd standardInput = Descriptors.Duplicate(input.Value, FirstFree), standardOutput = Descriptors.Duplicate(output.Value, FirstFree),
            standardErrors = Descriptors.Duplicate(errors.Value, FirstFree);
        report = Descriptors.Duplicate(report.Value, FirstFree);
        Descriptors.TryDup2(standardInput.Value, Stdin);
        Descriptors.TryDup2(standardOutput.Value, Stdout);
        Descriptors.TryDup2(standardErrors.Value, Stderr);
        Descriptors.CloseBetween(FirstFree, report.Value - 1);
        Descriptors.CloseBetween(report.Value + 1, int.MaxValue);
        if (directory != null) Processes.TryChdir(directory);
        Signals.Reset();
        return Processes.TryExec(path, argv, envp);
    }
}
