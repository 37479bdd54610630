// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// Limits of the caller (setrlimit(2)) that are too small: one line of error, exit code 1. What the kernel needs for the
/// execve(2) itself, it ends with SIGSEGV.
/// </summary>
public class CallerLimitTests
{
    private const string Start = "runcs: cannot start: ";

    public CallerLimitTests()
    {
        Requires.Runcs();
        Requires.Program("prlimit");
    }

    [Theory]
    [InlineData("stack", 16 << 10, "RLIMIT_STACK is too small, must be at least 65536")]
    [InlineData("stack", 60 << 10, "RLIMIT_STACK is too small, must be at least 65536")]
    [InlineData("as", 20_000_000, "RLIMIT_AS is too small, must be at least 570425344")]
    [InlineData("as", 500_000_000, "RLIMIT_AS is too small, must be at least 570425344")]
    [InlineData("data", 1_000_000, "RLIMIT_DATA is too small, must be at least 8388608")]
    [InlineData("data", 8_000_000, "RLIMIT_DATA is too small, must be at least 8388608")]
    public void A_limit_under_which_nothing_starts_is_named(string limit, long value, string message)
    {
        Requires.BootReplacements();
        foreach (string[] arguments in (string[][])[["--version"], ["state", "x"], []])
        {
            Result result = Limited(limit, value, arguments);
            Assert.Equal((1, "", $"{Start}{message}\n"), (result.ExitCode, result.Stdout, result.Stderr));
        }
    }

    [Theory]
    [InlineData("stack", 64 << 10)]
    [InlineData("as", 544 << 20)]
    [InlineData("data", 8 << 20)]
    public void The_least_limit_suffices_for_a_container(string limit, long value)
    {
        Requires.Root();
        Requires.BootReplacements();
        using Container container = new();
        container.Bundle.Shell("echo hello");
        container.Runtime.Prefix = ["prlimit", $"--{limit}={value}:"];
        Assert.Equal("hello\n", container.Run().Ok().Stdout);
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        Assert.Equal("executed\n", container.Exec("/bin/echo", "executed").Ok().Stdout);
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData("--log FILE --log-format json --root /run/x state x", true)]
    [InlineData("--root=/run/x -log-format=json --debug --log=FILE state x", true)]
    [InlineData("--log FILE state x", false)]
    [InlineData("--log", null)]
    [InlineData("exec x program --log FILE", null)]
    [InlineData("--root --log exec --log FILE", null)]
    public void The_log_has_it_too(string arguments, bool? json)
    {
        Requires.BootReplacements();
        string directory = Scratch.NewDirectory("limits");
        try
        {
            string log = Path.Combine(directory, "log");
            Limited("data", 2_000_000, arguments.Replace("FILE", log, StringComparison.Ordinal).Split(' ')).Exits(1);
            const string Message = "cannot start: RLIMIT_DATA is too small, must be at least 8388608";
            if (json == null) Assert.Empty(Directory.EnumerateFiles(directory));
            else if (json == false) Assert.Equal($"level=error msg=\"{Message}\"\n", File.ReadAllText(log));
            else
            {
                JsonNode entry = JsonNode.Parse(File.ReadAllText(log))!;
                Assert.Equal(("error", Message), ((string)entry["level"]!, (string)entry["msg"]!));
            }
        }
        finally
        {
            Scratch.Remove(directory);
        }
    }

    // Which call fails depends on the machine: each hierarchy of cgroups has a descriptor.
    [Fact]
    public void Any_number_of_descriptors_is_enough_or_the_error_of_a_call()
    {
        Requires.Root();
        const int First = 3, Most = 64;
        for (int count = First; ; count++)
        {
            using Container container = new();
            container.Runtime.Tracer = ["prlimit", $"--nofile={count}:"];
            Result result = container.Run(Options.Default with { Pipes = true });
            if (result.ExitCode == 0)
            {
                Assert.NotEqual(First, count);
                return;
            }
            Assert.Matches(@"\(2\).*: too many open files \(EMFILE\)( \(destination ""/.*""\))?$", ErrorMessage.Of(result));
            Leftovers.AssertNone(container);
            Assert.NotEqual(Most, count);
        }
    }

    // A later limit fails a call.
    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public void A_limit_that_fails_a_call_is_its_error(long size)
    {
        Requires.Root();
        using Container container = new();
        container.Runtime.Tracer = ["prlimit", $"--fsize={size}:"];
        string error = ErrorMessage.Of(container.Run(Options.Default with { Pipes = true }));
        Assert.Matches(@"^write\(2\) on .*: file too large \(EFBIG\)$", error);
        Leftovers.AssertNone(container);
    }

    // The signal of setrlimit(2) would end it without a message.
    [Fact]
    public void A_file_that_would_exceed_the_limit_is_an_error()
    {
        string directory = Scratch.NewDirectory("limits");
        try
        {
            Result result = Command.Run(Options.Default with { WorkingDirectory = directory, Pipes = true }, "prlimit", "--fsize=100:", RuntimeUnderTest.Executable, "spec");
            Assert.Contains("file too large (EFBIG)", ErrorMessage.Of(result), StringComparison.Ordinal);
        }
        finally
        {
            Scratch.Remove(directory);
        }
    }

    private static Result Limited(string limit, long value, params string[] arguments) =>
        Command.Run(["prlimit", $"--{limit}={value}", RuntimeUnderTest.Executable, .. arguments]);
}
