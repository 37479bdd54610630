// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace Runcs.Harness;

/// <summary>Runs commands to their end.</summary>
public static class Command
{
    public static Result Run(params string[] commandLine) => Run(Options.Default, commandLine);

    public static Result Run(Options options, params string[] commandLine) =>
        options.Pipes ? RunWithPipes(options, commandLine) : RunWithFiles(options, commandLine);

    /// <summary>Starts a command with pipes and leaves it running.</summary>
    public static RunningCommand Start(Options options, params string[] commandLine) => new(options, commandLine);

    private static Result RunWithPipes(Options options, string[] commandLine)
    {
        using RunningCommand running = new(options, commandLine);
        running.Write(options.Stdin);
        running.CloseStdin();
        return running.Wait(options.Timeout);
    }

    private static Result RunWithFiles(Options options, string[] commandLine)
    {
        string directory = Scratch.NewDirectory("command");
        try
        {
            string stdin = Path.Combine(directory, "in"), stdout = Path.Combine(directory, "out"), stderr = Path.Combine(directory, "err");
            File.WriteAllBytes(stdin, options.Stdin);
            string[] shell = ["/bin/sh", "-c", $"exec \"$@\" <'{stdin}' >'{stdout}' 2>'{stderr}'", "sh", .. commandLine];
            using Process process = Process.Start(Describe(options, shell, redirect: false))!;
            if (!process.WaitForExit(options.Timeout))
                throw TimedOut(process, options.Timeout, commandLine, File.ReadAllText(stdout), File.ReadAllText(stderr));
            return new(string.Join(' ', commandLine), process.ExitCode, File.ReadAllBytes(stdout), File.ReadAllBytes(stderr));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    internal static ProcessStartInfo Describe(Options options, string[] commandLine, bool redirect)
    {
        ProcessStartInfo info = new(commandLine[0], commandLine[1..])
        {
            RedirectStandardInput = redirect,
            RedirectStandardOutput = redirect,
            RedirectStandardError = redirect,
            WorkingDirectory = options.WorkingDirectory ?? "",
        };
        foreach ((string name, string? value) in options.Environment)
            info.Environment[name] = value;
        return info;
    }

    internal static TimeoutException TimedOut(Process process, TimeSpan timeout, string[] commandLine, string stdout, string stderr)
    {
        process.Kill(entireProcessTree: true);
        return new($"not finished after {timeout.TotalSeconds} s: {string.Join(' ', commandLine)}\n--- stdout\n{stdout}\n--- stderr\n{stderr}");
    }
}
