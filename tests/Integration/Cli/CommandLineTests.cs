// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Runcs.Integration;

/// <summary>Common behaviour of all commands: global flags, help, version, usage errors, and which stream is used.</summary>
[OnAnyRuntime]
public class CommandLineTests
{
    private static readonly string[] _verbs =
    [
        "create", "start", "run", "state", "kill", "delete", "list", "spec", "exec", "ps", "events", "update", "pause", "resume",
        "features", "checkpoint", "restore",
    ];

    public CommandLineTests() => Requires.Root();

    public static TheoryData<string> Verbs => [.. _verbs];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Help_is_on_standard_output_and_success(string verb)
    {
        string name = Path.GetFileName(RuntimeUnderTest.Executable);
        foreach (string[] line in (string[][])[[verb, "--help"], [verb, "-h"], ["help", verb], ["h", verb]])
        {
            Result result = Command.Run([RuntimeUnderTest.Executable, .. line]).Ok();
            Assert.Equal("", result.Stderr);
            Assert.StartsWith($"NAME:\n   {name} {verb} - ", result.Stdout, StringComparison.Ordinal);
            Assert.Contains("\nUSAGE:\n", result.Stdout, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("help")]
    [InlineData]
    public void Help_of_the_program_names_every_command(params string[] arguments)
    {
        Result result = Command.Run([RuntimeUnderTest.Executable, .. arguments]).Ok();
        Assert.Equal("", result.Stderr);
        Assert.All(_verbs, verb => Assert.Matches($"\n   {verb}(,.*)? +", result.Stdout));
    }

    // runc prints the whole help, between its words and the error; runcs the line about the command.
    private static string Usage => RuntimeUnderTest.IsRuncs ? "USAGE" : "NAME";

    // A missing or surplus argument is reported with the usage on standard output; the error itself goes to the log.
    [Theory]
    [InlineData("\"state\" requires exactly 1 argument(s)", "state")]
    [InlineData("\"state\" requires exactly 1 argument(s)", "state", "a", "b")]
    [InlineData("\"kill\" requires a minimum of 1 argument(s)", "kill")]
    [InlineData("\"kill\" requires a maximum of 2 argument(s)", "kill", "a", "9", "b")]
    [InlineData("\"list\" requires exactly 0 argument(s)", "list", "a")]
    public void A_wrong_number_of_arguments(string message, params string[] arguments)
    {
        using Container container = new();
        Result result = container.Runtime.Run(arguments).Exits(1);
        Assert.StartsWith($"Incorrect Usage.\n\n{Usage}:\n", result.Stdout, StringComparison.Ordinal);
        Assert.Matches($": {Regex.Escape(message)}(: (<container-id>.*, )?got \\d)?$", ErrorMessage.Of(result));
    }

    [Theory]
    [InlineData("flag provided but not defined: -frob", "create", "--frob", "id")]
    [InlineData("flag needs an argument: -lsm-mount-context", "restore", "--lsm-mount-context")]
    [InlineData("invalid value \"x\" for flag -preserve-fds: parse error", "create", "--preserve-fds", "x", "id")]
    public void A_flag_that_is_wrong(string message, params string[] arguments)
    {
        using Container container = new();
        Result result = container.Runtime.Run(arguments).Exits(1);
        Assert.StartsWith($"Incorrect Usage: {ErrorMessage.Of(result)}\n\n{Usage}:\n", result.Stdout, StringComparison.Ordinal);
        ErrorMessage.Is(message, result);
    }

    [Fact]
    public void A_command_that_is_not_there_is_exit_code_3()
    {
        using Container container = new();
        Result result = container.Runtime.Run("frobnicate").Exits(3);
        Assert.Contains("No help topic for 'frobnicate'", result.Stderr, StringComparison.Ordinal);
    }

    // podman and conmon write --root=PATH, go-runc --root PATH, and its restore -no-subreaper.
    [Theory]
    [InlineData("--root", "{root}", "state", "{id}")]
    [InlineData("--root={root}", "state", "{id}")]
    [InlineData("-root", "{root}", "state", "{id}")]
    [InlineData("-root={root}", "--log-format=json", "--log=/dev/null", "state", "{id}")]
    [InlineData("--root", "{root}", "--log", "/dev/null", "--log-format", "json", "--rootless=false", "state", "{id}")]
    [InlineData("--root", "{root}", "--rootless", "auto", "-debug=false", "state", "--", "{id}")]
    public void Flags_are_written_in_many_ways(params string[] arguments)
    {
        using Container container = new();
        container.Create().Ok();
        string[] line = [.. arguments.Select(word => word.Replace("{root}", container.Runtime.Root, StringComparison.Ordinal).Replace("{id}", container.Id, StringComparison.Ordinal))];
        Result result = Command.Run([RuntimeUnderTest.Executable, .. line]).Ok();
        using JsonDocument state = JsonDocument.Parse(result.Stdout);
        Assert.Equal(container.Id, state.RootElement.GetProperty("id").GetString());
        Assert.Equal("", result.Stderr);
    }

    // Engines read ps and state from standard output and standard error together.
    [Fact]
    public void A_life_that_goes_well_says_nothing_but_its_state()
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Bundle.Write();
        string log = container.Path("log.json");
        container.Runtime.GlobalOptions = ["--log", log, "--log-format", "json"];
        Silent("create", "--bundle", container.Bundle.Directory, "--pid-file", container.Path("pid"), container.Id);
        Silent("start", container.Id);
        Assert.Equal("", container.Runtime.Run("state", container.Id).Ok().Stderr);
        Assert.Equal("", container.Runtime.Run("list").Ok().Stderr);
        Silent("kill", container.Id, "9");
        container.WaitForStatus("stopped");
        Silent("delete", container.Id);
        Assert.Equal("", File.Exists(log) ? File.ReadAllText(log) : "");

        void Silent(params string[] arguments)
        {
            Result result = container.Runtime.Run(arguments).Ok();
            Assert.Equal("", result.Stdout + result.Stderr);
        }
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public void The_log_is_appended_to_and_an_error_is_one_entry_of_it(string format)
    {
        using Container container = new();
        string log = container.Path("log");
        File.WriteAllText(log, "before\n");
        container.Runtime.GlobalOptions = ["--log", log, "--log-format", format];
        Result result = container.Runtime.Run("state", container.Id).Exits(1);
        string[] lines = File.ReadAllLines(log);
        Assert.Equal("before", lines[0]);
        Assert.Matches(format == "json"
            ? """^\{"level":"error","msg":"container does not exist(: .*)?","time":"[-0-9T:]+(Z|\+\d\d:\d\d)"\}$"""
            : """^time="[-0-9T:]+(Z|\+\d\d:\d\d)" level=error msg="container does not exist(: .*)?"$""", Assert.Single(lines[1..]));
        Assert.Matches("^container does not exist(: .*)?\n$", result.Stderr);
    }

    // Podman cannot read two objects in a log.
    [Fact]
    public void A_warning_is_not_written_beside_an_error()
    {
        Requires.Runcs(); // runc logs both
        using Container container = new();
        container.Bundle.Process["capabilities"]!["bounding"]!.AsArray().Add("CAP_FROB");
        container.Bundle.Args("frobnicate");
        string log = container.Path("log.json");
        container.Runtime.GlobalOptions = ["--log", log, "--log-format", "json"];
        container.Create().Exits(1);
        Assert.Contains("frobnicate", Assert.Single(File.ReadAllLines(log)), StringComparison.Ordinal);
        File.Delete(log);
        container.Runtime.GlobalOptions = ["--debug", .. container.Runtime.GlobalOptions];
        container.Create().Exits(1);
        Assert.Contains(File.ReadAllLines(log), line => line.Contains("\"level\":\"warning\"", StringComparison.Ordinal) && line.Contains("CAP_FROB", StringComparison.Ordinal));
    }

    // Callers treat "does not exist" as success; but a root that is a file is a mistake.
    [Theory]
    [InlineData("state")]
    [InlineData("kill")]
    [InlineData("delete")]
    [InlineData("delete", "--force")]
    [InlineData("start")]
    [InlineData("list")]
    public void A_root_that_is_a_file_is_an_error(params string[] command)
    {
        using Container container = new();
        string[] arguments = command[0] == "list" ? command : [.. command, container.Id];
        string message = ErrorMessage.Of(Command.Run([RuntimeUnderTest.Executable, "--root", "/etc/passwd", .. arguments]));
        Assert.Contains("not a directory", message, StringComparison.Ordinal);
        Assert.DoesNotContain("does not exist", message, StringComparison.Ordinal);
    }

    // go-runc requires lines that begin with "runc version ", "commit: " and "spec: "; dockerd splits each at its colon
    // or at "version", and "docker info" shows the commit as the version: it begins with the version, as runc's does.
    [Theory]
    [InlineData("runc")]
    [InlineData("runcs")]
    public void The_version_is_read_by_its_lines(string name)
    {
        Requires.Runcs();
        using Container container = new();
        string link = container.Path(name);
        File.CreateSymbolicLink(link, RuntimeUnderTest.Executable);
        foreach (string flag in (string[])["--version", "-v"])
        {
            Result result = Command.Run(link, flag).Ok();
            Assert.Equal("", result.Stderr);
            Assert.Matches($"^{name} version (\\d+\\.\\d+\\.\\d+(-[.a-z0-9]+)?)\ncommit: v\\1(-g[0-9a-f]{{12}})?\nspec: 1\\.\\d+\\.\\d+\n$", result.Stdout);
        }
        Assert.Matches($"NAME:\n   {name} list - ", Command.Run(link, "list", "--help").Ok().Stdout);
        Assert.Contains($"msg=\"{name} create failed: ", Command.Run(link, "--root", container.Path("state"), "create", "--bundle", container.Path("nowhere"), container.Id).Exits(1).Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_root_is_made_as_deep_as_it_is_named()
    {
        using Container container = new();
        container.Bundle.Write();
        string root = container.Path("a/b/c");
        Command.Run(RuntimeUnderTest.Executable, "--root", root, "create", "--bundle", container.Bundle.Directory, container.Id).Ok();
        Assert.True(Directory.Exists(Path.Combine(root, container.Id)));
        Command.Run(RuntimeUnderTest.Executable, "--root", root, "delete", "--force", container.Id).Ok();
        Assert.False(Directory.Exists(Path.Combine(root, container.Id)));
    }

    // Engines read the file as a number, as soon as it exists.
    [Fact]
    public void The_pid_file_has_the_number_alone_and_takes_the_place_of_an_older_one()
    {
        using Container container = new();
        string file = container.Path("pid");
        File.WriteAllText(file, "an older and longer text\n");
        using FileStream older = File.OpenRead(file);
        container.Create("--pid-file", file).Ok();
        Assert.Equal(container.Pid.ToString(), File.ReadAllText(file));
        // Renamed to its place: an open descriptor of the older file still reads that one.
        Assert.Equal("an older and longer text\n", new StreamReader(older).ReadToEnd());
        Assert.Equal(["pid"], Directory.GetFiles(Path.GetDirectoryName(file)!).Select(Path.GetFileName));
    }
}
