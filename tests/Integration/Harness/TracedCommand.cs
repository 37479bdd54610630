// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

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
