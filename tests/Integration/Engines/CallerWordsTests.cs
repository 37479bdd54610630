// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Runcs.Integration;

/// <summary>
/// The messages and exit codes by which callers distinguish failures. Each row names the caller, and runs the operation
/// that fails in this way.
/// </summary>
[OnAnyRuntime]
public class CallerWordsTests
{
    public CallerWordsTests() => Requires.Root();

    // containerd's shim: "process already finished: not found". buildkit and CRI-O match the same text.
    [Theory]
    [InlineData("containerd, buildkit, CRI-O", "container not running")]
    public void The_error_of_a_signal_to_an_ended_container(string caller, string words)
    {
        using Container container = new();
        container.Up();
        container.WaitForStatus("stopped");
        Found(caller, words, container, "kill", container.Id, "9");
    }

    [Theory]
    [InlineData("containerd, buildkit", "container does not exist", "kill", "9")]
    [InlineData("containerd: taken for done", "does not exist", "delete")]
    [InlineData("Podman up to 5: exited", "does not exist", "state")]
    [InlineData("containerd", "does not exist", "start")]
    public void The_error_for_a_container_that_does_not_exist(string caller, string words, string verb, params string[] more)
    {
        using Container container = new();
        Found(caller, words, container, [verb, container.Id, .. more]);
    }

    [Fact]
    public void Deleting_by_force_what_does_not_exist_is_success()
    {
        using Container container = new();
        Result result = container.Delete("--force").Ok();
        Assert.Equal("", result.Stdout + result.Stderr);
    }

    // dockerd maps these to the exit codes 126 and 127 of "docker run"; so does Podman (in lower case, for the whole
    // message).
    [Theory]
    [InlineData("dockerd: 127, Podman: 127", "executable file not found in $PATH", "frobnicate")]
    [InlineData("dockerd: 127, Podman: 127", "no such file or directory", "/bin/frobnicate")]
    [InlineData("dockerd: 126, Podman: 126", "permission denied", "/bin/text")]
    [InlineData("dockerd: 126", "(is a directory|permission denied)", "/bin")]
    [InlineData("dockerd: 127", "not a directory", "/bin/busybox/sh")]
    public void The_error_for_a_program_that_cannot_be_run(string caller, string words, string program)
    {
        using Container container = new();
        container.Bundle.Put("/bin/text", "text");
        container.Bundle.Args(program);
        container.Bundle.Write();
        string message = Found(caller, words.Replace("$", "\\$", StringComparison.Ordinal), container, "create", "--bundle", container.Bundle.Directory, container.Id);
        Assert.Matches($"^runcs? create failed: unable to start container process: .*exec: \"{Regex.Escape(program)}\": ", message);
    }

    // Docker and Podman show and match these texts whole: a text that contains another one's words would be mistaken for
    // it.
    [Fact]
    public void A_mistake_in_the_config_is_not_taken_for_a_missing_program()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Process["cwd"] = "tmp";
        string message = container.Create().Fails().Stderr;
        Assert.DoesNotMatch("(?i)permission denied|no such file|not a directory|is a directory|executable file|operation not permitted", message);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("run")]
    public void The_failed_command_is_named_first(string verb)
    {
        using Container container = new();
        container.Bundle.Args("frobnicate");
        container.Bundle.Write();
        string name = RuntimeUnderTest.IsRuncs ? "runcs" : "runc";
        Found("users", $"^{name} {verb} failed: ", container, verb, "--bundle", container.Bundle.Directory, container.Id);
    }

    [Fact]
    public void The_errors_for_a_taken_id_and_an_invalid_id()
    {
        using Container container = new();
        container.Create().Ok();
        Found("users", "container with given ID already exists", container, "create", "--bundle", container.Bundle.Directory, container.Id);
        Found("users", "invalid container ID format", container, "state", "../x");
    }

    // Podman checks at its start whether the runtime can restore containers into pods.
    [Fact]
    public void Podmans_probes_for_checkpoints()
    {
        Result help = Command.Run(RuntimeUnderTest.Executable, "checkpoint", "--help").Ok();
        Assert.Equal("", help.Stderr);
        Result probe = Command.Run(RuntimeUnderTest.Executable, "restore", "--lsm-mount-context").Fails();
        Assert.Contains("flag needs an argument", probe.Stdout + probe.Stderr, StringComparison.Ordinal);
    }

    // The message for an engine: the last error of --log, its only line; and the same as plain text on stderr.
    private static string Found(string caller, string words, Container container, params string[] arguments)
    {
        string log = container.Path("log.json");
        File.Delete(log);
        container.Runtime.GlobalOptions = ["--log", log, "--log-format", "json"];
        Result result = container.Runtime.Run(arguments).Exits(1);
        container.Runtime.GlobalOptions = [];
        // runc 1.1 logs its init's messages too.
        string[] entries = File.ReadAllLines(log);
        if (RuntimeUnderTest.IsRuncs) Assert.Single(entries);
        using JsonDocument entry = JsonDocument.Parse(entries[^1]);
        Assert.Equal("error", entry.RootElement.GetProperty("level").GetString());
        string message = entry.RootElement.GetProperty("msg").GetString()!;
        Assert.True(Regex.IsMatch(message, words), $"{caller}: {message}");
        Assert.Equal(message, result.Stderr.TrimEnd('\n').Split('\n')[^1]);
        Assert.True(entry.RootElement.GetProperty("time").TryGetDateTimeOffset(out _));
        return message;
    }
}
