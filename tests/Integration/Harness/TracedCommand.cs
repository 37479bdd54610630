// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>One system call of a traced command.</summary>
/// <param name="Process">0 is the command, 1 the first process it made, and so on.</param>
/// <param name="Name">The kernel's name.</param>
/// <param name="Ordinal">The index of this call among those of its name in its process, from 1.</param>
/// <param name="Arguments">The six registers.</param>
/// <param name="Text">The path or name among the arguments, if there is one.</param>
public sealed record TracedCall(int Process, string Name, int Ordinal, ulong[] Arguments, string Text)
{
    public override string ToString() => $"{Name} #{Ordinal} of process {Process}{(Text.Length > 0 ? $" ({Text})" : "")}";
}

public enum Fault
{
    /// <summary>Only traced.</summary>
    None,

    /// <summary>The call has no effect and returns an error, by default EIO, which does not look like a missing kernel feature.</summary>
    Error,

    /// <summary>The process that makes the call is killed as it enters it.</summary>
    KillCaller,

    /// <summary>The command is killed while the process that makes the call enters it.</summary>
    KillCommand,

    /// <summary>Another action happens while the process that makes the call enters it.</summary>
    Act,
}

/// <summary>The result of a traced command.</summary>
/// <param name="Reached">The call for the fault was made.</param>
/// <param name="Hung">It had to be killed after a timeout.</param>
public sealed record TracedResult(Result Result, IReadOnlyList<TracedCall> Calls, bool Reached, bool Hung);

/// <summary>
/// Runs a command under ptrace(2): as strace's tampering, but with the process selected, so that a fault can hit a call
/// of the container's init that the runtime makes as well, and the runtime can be killed while init is at any point.
/// </summary>
public static class TracedCommand
{
    private const int EIO = 5;

    private static readonly TimeSpan _patience = Patience.Seconds(15);

    public static TracedResult Run(string[] commandLine, TracedCall? at = null, Fault fault = Fault.None, Action? act = null, int errno = EIO)
    {
        string directory = Scratch.NewDirectory("traced");
        try
        {
            Tracer tracer = new(directory, commandLine, at, fault, act, errno);
            // The tracer is a thread: when it ends its tracees are released, including the container that keeps running.
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
