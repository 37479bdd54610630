// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>One system call of a traced command.</summary>
/// <param name="Process">0 is the command, 1 the first process it made, and so on.</param>
/// <param name="Name">The kernel's name.</param>
/// <param name="Ordinal">The how manieth call of this name in its process, from 1.</param>
/// <param name="Arguments">The six registers.</param>
/// <param name="Text">The path or name among the arguments, if there is one.</param>
public sealed record TracedCall(int Process, string Name, int Ordinal, ulong[] Arguments, string Text)
{
    public override string ToString() => $"{Name} #{Ordinal} of process {Process}{(Text.Length > 0 ? $" ({Text})" : "")}";
}

public enum Fault
{
    /// <summary>Only watched.</summary>
    None,

    /// <summary>The call does not happen and returns EIO, which nothing takes for a kernel that lacks something.</summary>
    Error,

    /// <summary>The process that makes the call is killed as it enters it.</summary>
    KillCaller,

    /// <summary>The command is killed while the process that makes the call enters it.</summary>
    KillCommand,

    /// <summary>Something else is done while the process that makes the call enters it.</summary>
    Act,
}

/// <summary>What a traced command did.</summary>
/// <param name="Reached">The call at which something was to happen was made.</param>
/// <param name="Hung">It had to be killed after a while.</param>
public sealed record TracedResult(Result Result, IReadOnlyList<TracedCall> Calls, bool Reached, bool Hung);

/// <summary>
/// Runs a command under ptrace(2): as strace's tampering, but a process can be named, so that a call of the container's init
/// can be struck that the runtime makes as well, and the runtime be killed while init is anywhere.
/// </summary>
public static class TracedCommand
{
    private static readonly TimeSpan _patience = Patience.Seconds(15);

    public static TracedResult Run(string[] commandLine, TracedCall? at = null, Fault fault = Fault.None, Action? act = null)
    {
        string directory = Scratch.NewDirectory("traced");
        try
        {
            Tracer tracer = new(directory, commandLine, at, fault, act);
            // A tracer is a thread: its tracees go free when it ends, the container that lives on among them.
            Thread thread = new(tracer.Run) { IsBackground = true };
            thread.Start();
            bool hung = !thread.Join(_patience);
            if (hung)
            {
                tracer.KillAll();
                Assert.True(thread.Join(_patience), "the traced command cannot be killed");
            }
            if (tracer.Failure is { } failure)
                throw new InvalidOperationException("the tracer failed", failure);
            Result result = new(string.Join(' ', commandLine), tracer.ExitCode, tracer.Output("out"), tracer.Output("err"));
            return new(result, tracer.Calls, tracer.Reached, hung);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
