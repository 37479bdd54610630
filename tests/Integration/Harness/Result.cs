// SPDX-License-Identifier: Apache-2.0
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
