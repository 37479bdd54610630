// SPDX-License-Identifier: Apache-2.0
// Runs prestart, createRuntime, poststart and poststop from the runtime, createContainer from the container's init before
// pivot_root. The exec stage runs startContainer hooks: by then no process of the runtime may be inside.
using System;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Hooks;

/// <summary>Runs hooks as specified in config.md, "POSIX-platform Hooks", and runtime.md, "Lifecycle".</summary>
public static class HookRunner
{
    private const string CreateContainer = "createContainer", Poststop = "poststop";
    private const int EnvironmentLimit = 16 << 20;

    /// <summary>
    /// Runs all hooks of a kind in order. The first failure ends the run with an error. A failed poststop hook only
    /// causes a warning, and the others still run.
    /// </summary>
    /// <param name="kind">As in the config: <c>prestart</c>.</param>
    /// <param name="state">The hooks' standard input.</param>
    /// <param name="interrupts">A signalfd: when it is readable, the running hook is killed and counts as failed.</param>
    /// <exception cref="RuncsException"/>
    public static void RunAll(string kind, Hook[] hooks, State state, Fd? interrupts = null)
    {
        if (hooks.Length == 0) return;
        byte[] document = state.WriteCompact();
        // As with runc: without env, a hook of the runtime's namespaces gets the runtime's environment, one of the
        // container's an empty one. The former run in the bundle, which may be gone at poststop; the latter in init's
        // directory, in the root file system.
        bool inContainer = kind == CreateContainer;
        byte[] environment = inContainer || !AnyWithoutEnvironment(hooks) ? [] : OwnEnvironment();
        string? directory = inContainer ? null : state.Bundle;
        for (int i = 0; i < hooks.Length; i++)
        {
            if (Log.IsDebug) Log.Debug($"{kind} hook #{i}: {hooks[i].Path}");
            string? problem = Run(hooks[i], document, environment, directory, interrupts);
            if (problem == null) continue;
            string text = $"error running {kind} hook #{i}: {problem}";
            if (kind != Poststop) throw new RuncsException(text) { Kind = FailureKind.Hook };
            // runtime.md, "Lifecycle", 13: a warning MUST be logged, also if another failure caused the deletion.
            Log.WarnInAnyCase(text);
        }
    }

    // Null, or the problem in runc's format.
    private static string? Run(Hook hook, byte[] state, byte[] environment, string? directory, Fd? interrupts)
    {
        const int MillisecondsPerSecond = 1000;
        try
        {
            using HookProcess process = HookProcess.Start(hook, state, environment, directory);
            HookEnd end = process.Wait(hook.Timeout is { } seconds ? (int)Math.Min((long)seconds * MillisecondsPerSecond, int.MaxValue) : -1, interrupts);
            if (end.ExecErrno.IsError) return end.ExecErrno.Describe("execve", hook.Path) + Explain(end.ExecErrno, hook.Path);
            if (end.Interrupted) return "interrupted by a signal";
            if (end.Status == null) return $"hook ran past specified timeout of {hook.Timeout}.0s";
            return end.Status == 0 ? null : Describe(end.Status.Value, process.Output, process.ErrorOutput);
        }
        catch (RuncsException failure)
        {
            return failure.Message;
        }
    }

    private static string Explain(Errno errno, string path)
    {
        if (errno.Value == Errno.ENOEXEC) return ": it is neither a program for this machine nor a script that begins with #!";
        if (errno.Value != Errno.ENOENT || Files.TryOpenAt(Files.AT_FDCWD, "/", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY, 0, out Fd? root).IsError) return "";
        using (root) return MissingInterpreter.Explain(root!, path);
    }

    /// <summary>In the format of runc, and of Go for a signal: engines show this to users, and some parse it.</summary>
    public static string Describe(int status, string output, string errorOutput) => $"{DescribeEnd(status)}, stdout: {output}, stderr: {errorOutput}";

    // The status is that of wait4(2).
    private static string DescribeEnd(int status)
    {
        const int SignalMask = 0x7f, CoreDumped = 0x80;
        int signal = status & SignalMask;
        if (signal == 0) return $"exit status {Processes.ExitCode(status)}";
        return $"signal: {SignalText(signal)}{((status & CoreDumped) != 0 ? " (core dumped)" : "")}";
    }

    /// <summary>As Go and strsignal(3) name it.</summary>
    internal static string SignalText(int signal) => signal switch
    {
        Processes.SIGHUP => "hangup",
        Processes.SIGINT => "interrupt",
        Signals.SIGQUIT => "quit",
        Signals.SIGILL => "illegal instruction",
        Signals.SIGTRAP => "trace/breakpoint trap",
        Signals.SIGABRT => "aborted",
        Signals.SIGBUS => "bus error",
        Signals.SIGFPE => "floating point exception",
        Processes.SIGKILL => "killed",
        Signals.SIGSEGV => "segmentation fault",
        Processes.SIGPIPE => "broken pipe",
        Processes.SIGTERM => "terminated",
        Signals.SIGSYS => "bad system call",
        _ => $"signal {signal}",
    };

    private static bool AnyWithoutEnvironment(Hook[] hooks)
    {
        foreach (Hook hook in hooks)
        {
            if (hook.Env == null) return true;
        }
        return false;
    }

    // Byte for byte, as the kernel holds it; empty without a proc.
    private static byte[] OwnEnvironment()
    {
        try
        {
            return Files.ReadFile("/proc/self/environ", EnvironmentLimit);
        }
        catch (RuncsException)
        {
            return [];
        }
    }
}
