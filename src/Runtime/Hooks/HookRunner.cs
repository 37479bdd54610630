// SPDX-License-Identifier: Apache-2.0
// Runs prestart, createRuntime, poststart and poststop from the runtime, createContainer from the container's init before
// pivot_root. startContainer hooks are run by the exec stage: nothing of the runtime may be inside by then.
using System;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Hooks;

/// <summary>Runs hooks as config.md, "POSIX-platform Hooks", and runtime.md, "Lifecycle", say.</summary>
public static class HookRunner
{
    private const string CreateContainer = "createContainer", Poststop = "poststop";
    private const int EnvironmentLimit = 16 << 20;

    /// <summary>
    /// Runs all hooks of a kind in their order. The first that fails ends it with an error; only after a poststop hook that
    /// fails, which is warned of, the others run all the same.
    /// </summary>
    /// <param name="kind">As in the config: <c>prestart</c>.</param>
    /// <param name="state">What the hooks get on their standard input.</param>
    /// <param name="interrupts">A signalfd: when a signal can be read from it, the hook that runs is killed and counts as failed.</param>
    /// <exception cref="RuncsException"/>
    public static void RunAll(string kind, Hook[] hooks, State state, Fd? interrupts = null)
    {
        if (hooks.Length == 0) return;
        byte[] document = state.WriteCompact();
        // As with runc: a hook of the runtime's namespaces that has no env gets the runtime's, one of the container's none. The
        // first run in the bundle, which may be gone when poststop runs; the others where init is, in the root file system.
        bool inContainer = kind == CreateContainer;
        byte[] environment = inContainer || !AnyWithoutEnvironment(hooks) ? [] : OwnEnvironment();
        string? directory = inContainer ? null : state.Bundle;
        for (int i = 0; i < hooks.Length; i++)
        {
            if (Log.IsDebug) Log.Debug($"{kind} hook #{i}: {hooks[i].Path}");
            string? problem = Run(hooks[i], document, environment, directory, interrupts);
            if (problem == null) continue;
            string text = $"error running {kind} hook #{i}: {problem}";
            if (kind != Poststop) throw new RuncsException(text) { IsOfHook = true };
            // runtime.md, "Lifecycle", 13: a warning MUST be logged, also where a failure led here.
            Log.WarnInAnyCase(text);
        }
    }

    // Null, or what went wrong in runc's words.
    private static string? Run(Hook hook, byte[] state, byte[] environment, string? directory, Fd? interrupts)
    {
        const int MillisecondsPerSecond = 1000;
        try
        {
            using HookProcess process = HookProcess.Start(hook, state, environment, directory);
            HookEnd end = process.Wait(hook.Timeout is { } seconds ? (int)Math.Min((long)seconds * MillisecondsPerSecond, int.MaxValue) : -1, interrupts);
            if (end.ExecErrno.IsError) return end.ExecErrno.Describe("execve", hook.Path);
            if (end.Interrupted) return "interrupted by a signal";
            if (end.Status == null) return $"hook ran past specified timeout of {hook.Timeout}.0s";
            return end.Status == 0 ? null : Describe(end.Status.Value, process.Output, process.ErrorOutput);
        }
        catch (RuncsException failure)
        {
            return failure.Message;
        }
    }

    /// <summary>In the words of runc, and of Go for a signal: engines show this to users, and some look into it.</summary>
    internal static string Describe(int status, string output, string errorOutput)
    {
        const int SignalMask = 0x7f, CoreDumped = 0x80;
        int signal = status & SignalMask;
        string end = signal == 0 ? $"exit status {Processes.ExitCode(status)}" : $"signal: {SignalText(signal)}";
        return $"{end}{((status & CoreDumped) != 0 && signal != 0 ? " (core dumped)" : "")}, stdout: {output}, stderr: {errorOutput}";
    }

    private static string SignalText(int signal) => signal switch
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

    // Byte for byte, as the kernel keeps it; without a proc there is none to give.
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
