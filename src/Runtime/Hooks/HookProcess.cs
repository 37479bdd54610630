// SPDX-License-Identifier: Apache-2.0
// The child part runs in a clone of the runtime, or of the container's init, until its execve.
using System;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Hooks;

/// <summary>A running hook: a process group of its own, its input in a file, its outputs in pipes.</summary>
internal sealed class HookProcess : IDisposable
{
    // Enough output for an error message; the rest is read and discarded, so that the hook does not block.
    private const int MostOutput = 8192;

    private readonly ChildProcess _child;
    private readonly Fd _stdoutRead, _stderrRead;
    private readonly CapturedOutput _stdout = new(MostOutput), _stderr = new(MostOutput);

    private HookProcess(ChildProcess child, Fd stdoutRead, Fd stderrRead) => (_child, _stdoutRead, _stderrRead) = (child, stdoutRead, stderrRead);

    public string Output => _stdout.ToString();

    public string ErrorOutput => _stderr.ToString();

    /// <param name="environment">Null-terminated strings, used if the hook has no environment of its own.</param>
    /// <param name="directory">The working directory, if it still exists.</param>
    /// <exception cref="RuncsException"/>
    public static HookProcess Start(Hook hook, ReadOnlySpan<byte> state, ReadOnlySpan<byte> environment, string? directory)
    {
        // A file rather than a pipe: with long annotations the write cannot block, even if the hook does not read.
        using Fd input = Descriptors.MakeMemfd("runcs-state", state);
        using CStringArray argv = CStringArray.Of(hook.Args.Length > 0 ? hook.Args : [hook.Path]);
        using CStringArray envp = hook.Env is { } env ? CStringArray.Of(env) : CStringArray.Of(environment);
        (Fd stdoutRead, Fd stdoutWrite) = Descriptors.Pipe();
        (Fd stderrRead, Fd stderrWrite) = Descriptors.Pipe();
        try
        {
            return new HookProcess(ChildProcess.Execute(hook.Path, argv, envp, input, stdoutWrite, stderrWrite, () => Prepare(directory)), stdoutRead, stderrRead);
        }
        catch
        {
            stdoutRead.Dispose();
            stderrRead.Dispose();
            throw;
        }
        finally
        {
            stdoutWrite.Dispose();
            stderrWrite.Dispose();
        }
    }

    /// <summary>
    /// Waits for the hook's end, for at most this many milliseconds (-1: no limit) and until
    /// <paramref name="interrupts"/> is readable; then kills the hook's process group.
    /// </summary>
    public HookEnd Wait(int timeout, Fd? interrupts)
    {
        long deadline = timeout < 0 ? long.MaxValue : Clock.Milliseconds() + timeout;
        Descriptors.TrySetNonBlocking(_stdoutRead.Value, true);
        Descriptors.TrySetNonBlocking(_stderrRead.Value, true);
        Span<Descriptors.PollFd> entries =
        [
            new() { Fd = _child.Pidfd.Value, Events = PollEvents.POLLIN },
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
            if (errno.IsError && errno.Value != Errno.EINTR) throw errno.Failure("poll", "");
            if (errno.IsError) continue;
            // At its end a pipe is always readable, so it is no longer polled.
            if (entries[1].Returned != 0 && _stdout.Take(_stdoutRead.Value)) entries[1].Fd = -1;
            if (entries[2].Returned != 0 && _stderr.Take(_stderrRead.Value)) entries[2].Fd = -1;
        }
        // Its output is complete. Background processes of the hook may hold the pipes open; they are not waited for.
        _stdout.Take(_stdoutRead.Value);
        _stderr.Take(_stderrRead.Value);
        return new(_child.ReceiveExecution(), _child.Wait());
    }

    public void Dispose()
    {
        _child.Dispose();
        _stdoutRead.Dispose();
        _stderrRead.Dispose();
    }

    private void Kill()
    {
        // The group first: it is the hook's own (setpgid in the child), unless the child did not get that far.
        Processes.TryKill(-_child.Pid, Processes.SIGKILL);
        ProcessDescriptors.TrySignal(_child.Pidfd.Value, Processes.SIGKILL);
        _child.Wait();
    }

    // In the child. Its memory is a copy of the runtime's, which no container can read: a hook of the runtime's
    // namespaces is outside of all containers, and the init that runs the others is alone in its pid namespace, or
    // outside of the one that it joins.
    private static void Prepare(string? directory)
    {
        Processes.TrySetProcessGroup(0, 0);
        if (directory != null) Processes.TryChdir(directory);
    }
}
