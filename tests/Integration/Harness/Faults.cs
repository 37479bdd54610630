// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>
/// Makes a system call of the unchanged runtime fail, or kills the process that makes it, by strace's tampering.
/// strace counts the calls of each process for itself: the nth call is the nth of the parent, and of the child, whoever
/// gets there first. With -D the runtime itself is the command that is awaited; without it strace would wait for all that
/// it traces, and so would <c>create</c> for the container's end.
/// </summary>
public static class Faults
{
    /// <summary>The nth call fails with the error and does not happen.</summary>
    public static IReadOnlyList<string> Fail(string call, string error, int nth = 1) => Inject(call, $"error={error}", nth);

    /// <summary>Whoever makes the nth call is killed with SIGKILL as it enters it.</summary>
    public static IReadOnlyList<string> Kill(string call, int nth = 1) => Inject(call, "signal=KILL", nth);

    /// <summary>How many times each process makes the call in the trace that <see cref="Trace"/> wrote: the most of any one.</summary>
    public static int Count(string traceFile, string call) =>
        File.ReadLines(traceFile).Where(line => line.Contains($" {call}(", StringComparison.Ordinal))
            .GroupBy(line => line.Split(' ')[0]).Select(group => group.Count()).DefaultIfEmpty(0).Max();

    /// <summary>Only watches: one line a call, each with its process, in the file.</summary>
    public static IReadOnlyList<string> Trace(string traceFile) => ["strace", "-D", "-f", "-qq", "-o", traceFile];

    private static string[] Inject(string call, string what, int nth)
    {
        Requires.Program("strace");
        return ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:{what}:when={nth}"];
    }
}
