// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text;

namespace Runcs.Harness;

/// <summary>The result of a finished command: its exit code (128+n after a signal n) and its output.</summary>
public sealed record Result(string CommandLine, int ExitCode, byte[] StdoutBytes, byte[] StderrBytes)
{
    public string Stdout => Encoding.UTF8.GetString(StdoutBytes);

    public string Stderr => Encoding.UTF8.GetString(StderrBytes);

    /// <summary>This result if the command succeeded; otherwise the test fails and prints the command's output.</summary>
    public Result Ok() => Exits(0);

    public Result Exits(int code)
    {
        Assert.True(ExitCode == code, $"exit code {ExitCode} instead of {code}: {this}");
        return this;
    }

    /// <summary>This result if the command failed with an error message of its own.</summary>
    public Result Fails()
    {
        Assert.True(ExitCode != 0, $"unexpected success: {this}");
        return this;
    }

    public override string ToString() => $"{CommandLine}\nexit code {ExitCode}\n--- stdout\n{Stdout}\n--- stderr\n{Stderr}";
}

/// <summary>How to run a command. The default: no input, the test's environment, 30 seconds, output to files.</summary>
public sealed record Options
{
    public static Options Default { get; } = new();

    public byte[] Stdin { get; init; } = [];

    /// <summary>Added to the test's environment; null removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    public TimeSpan Timeout { get; init; } = Patience.Seconds(30);

    public string? WorkingDirectory { get; init; }

    /// <summary>
    /// Standard streams are pipes, and the command counts as finished when all writers have closed them. Without this
    /// they are files: nothing blocks on a reader, and a container that keeps them does not delay the test.
    /// </summary>
    public bool Pipes { get; init; }
}

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
