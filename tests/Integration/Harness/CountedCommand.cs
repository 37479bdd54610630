// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>Runs a command and counts its costs. A shell waits until the counters are attached, then executes the command.</summary>
internal static class CountedCommand
{
    /// <param name="prefix">Where the command runs, such as <see cref="PureCgroupV2.Prefix"/>; it is not counted.</param>
    /// <param name="commandLine">The command, which must succeed.</param>
    public static Costs Run(IReadOnlyList<string> prefix, params string[] commandLine)
    {
        string directory = Scratch.NewDirectory("counted"), stderr = Path.Combine(directory, "err");
        try
        {
            string script = $"echo ready; read -r _; exec \"$@\" </dev/null >/dev/null 2>'{stderr}'";
            using RunningCommand shell = Command.Start(Options.Default, [.. prefix, "/bin/sh", "-c", script, "sh", .. commandLine]);
            shell.WaitForStdout("ready");
            using CostCounters counters = new(shell.Pid);
            shell.Write("go\n");
            int exitCode = shell.Wait().ExitCode;
            Costs costs = counters.Read();
            Assert.True(exitCode == 0, $"exit code {exitCode}: {string.Join(' ', commandLine)}\n{File.ReadAllText(stderr)}");
            return costs;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
