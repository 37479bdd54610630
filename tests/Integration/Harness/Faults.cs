// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>
/// Makes a system call of the unchanged runtime fail, or kills the process that makes it, by strace's tampering. strace
/// counts the calls of each process separately: the nth call is the nth of the parent and the nth of the child, whichever
/// comes first. With -D the test waits for the runtime itself; without it, strace would wait for all traced processes,
/// and <c>create</c> for the container's end.
/// </summary>
public static class Faults
{
    /// <summary>The nth call fails with the error and has no effect.</summary>
    public static IReadOnlyList<string> Fail(string call, string error, int nth = 1) => Inject(call, $"error={error}", nth);

    /// <summary>The process that makes the nth call is killed by SIGKILL as it enters it.</summary>
    public static IReadOnlyList<string> Kill(string call, int nth = 1) => Inject(call, "signal=KILL", nth);

    /// <summary>The number of calls in the trace that <see cref="Trace"/> wrote: the maximum over all processes.</summary>
    public static int Count(string traceFile, string call) =>
        File.ReadLines(traceFile).Where(line => line.Contains($" {call}(", StringComparison.Ordinal))
            .GroupBy(line => line.Split(' ')[0]).Select(group => group.Count()).DefaultIfEmpty(0).Max();

    /// <summary>Only traces: one line per call, with its process, in the file.</summary>
    public static IReadOnlyList<string> Trace(string traceFile) => ["strace", "-D", "-f", "-qq", "-o", traceFile];

    private static string[] Inject(string call, string what, int nth)
    {
        Requires.Program("strace");
        return ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:{what}:when={nth}"];
    }
}
