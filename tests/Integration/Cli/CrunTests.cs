// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Runcs.Integration;

/// <summary>runcs in crun's place: crun's flags under any name, and what depends on the name.</summary>
public sealed class CrunTests : IDisposable
{
    // crun 1.29 (src/*.c, "struct argp_option options"), and its short flags as they are given.
    private static readonly Dictionary<string, string[]> _flags = new()
    {
        [""] = ["debug", "cgroup-manager=disabled", "systemd-cgroup", "log=/dev/null", "log-format=json", "log-level=warning", "root=/run/runcs-test-none", "rootless=false"],
        ["create"] = ["bundle=/", "b=/", "config=x", "f=x", "console-socket=x", "preserve-fds=0", "no-pivot", "pid-file=x", "no-subreaper", "no-new-keyring"],
        ["run"] = ["bundle=/", "b=/", "config=x", "f=x", "detach", "d", "console-socket=x", "preserve-fds=0", "pid-file=x", "keep", "no-subreaper", "no-new-keyring", "no-pivot"],
        ["exec"] = ["console-socket=x", "tty", "t", "process=x", "p=x", "cwd=/", "cgroup=x", "detach", "d", "user=0", "u=0", "env=A=b", "e=A=b", "cap=CAP_KILL", "c=CAP_KILL", "pid-file=x", "preserve-fds=0",
            "no-new-privs", "process-label=x", "apparmor=x"],
        ["kill"] = ["all", "a", "regex", "r"],
        ["delete"] = ["force", "f", "regex", "r"],
        ["list"] = ["quiet", "q", "format=json", "f=table"],
        ["ps"] = ["format=json", "f=table"],
        ["update"] = ["resources=x", "r=x", "blkio-weight=10", "cpu-period=1", "cpu-quota=1", "cpu-share=2", "cpu-rt-period=1", "cpu-rt-runtime=1", "cpuset-cpus=0", "cpuset-mems=0", "kernel-memory=1", "kernel-memory-tcp=1",
            "memory=1", "memory-reservation=1", "memory-swap=1", "pids-limit=1", "l3-cache-schema=x", "mem-bw-schema=x"],
        ["spec"] = ["bundle=x", "b=x", "file=x", "f=x", "rootless"],
        ["checkpoint"] = ["image-path=x", "work-path=x", "leave-running", "tcp-established", "ext-unix-sk", "shell-job", "file-locks", "network-lock=skip", "parent-path=x", "pre-dump", "manage-cgroups-mode=soft"],
        ["restore"] = ["bundle=x", "b=x", "image-path=x", "work-path=x", "tcp-established", "tcp-close", "ext-unix-sk", "shell-job", "detach", "d", "pid-file=x", "console-socket=x", "file-locks", "manage-cgroups-mode=soft",
            "network-lock=skip", "lsm-profile=x", "lsm-mount-context=x"],
        ["start"] = [],
        ["state"] = [],
        ["pause"] = [],
        ["resume"] = [],
        ["features"] = [],
    };

    private readonly string _directory = Scratch.NewDirectory("crun");

    public CrunTests()
    {
        Requires.Runcs();
        File.CreateSymbolicLink(Crun, RuntimeUnderTest.Executable);
    }

    private string Crun => Path.Combine(_directory, "crun");

    public void Dispose() => Scratch.Remove(_directory);

    public static TheoryData<string> Verbs() => [.. _flags.Keys];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_flag_of_crun_is_accepted(string verb)
    {
        foreach (string flag in _flags[verb])
        {
            string dashed = (flag.IndexOf('=') is 1 || flag.Length == 1 ? "-" : "--") + flag;
            string[] call = verb.Length == 0 ? [dashed, "list"] : [verb, dashed];
            // Help comes after the flags have been parsed.
            if (verb.Length > 0) Command.Run([RuntimeUnderTest.Executable, .. call, "--help"]).Ok();
            else Command.Run([RuntimeUnderTest.Executable, "--root", "/run/runcs-test-none", .. call, "--help"]).Ok();
        }
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_flag_of_the_installed_crun_is_in_the_list(string verb)
    {
        Requires.Program("crun");
        Result help = verb.Length == 0 ? Command.Run("crun", "--help") : Command.Run("crun", verb, "--help");
        // 1.8 has no such command, or not in this build.
        if (help.ExitCode != 0) return;
        string[] known = [.. _flags[verb].Select(flag => flag.Split('=')[0]), "help", "usage", "version"];
        Assert.Empty(System.Text.RegularExpressions.Regex.Matches(help.Stdout, @"(?<=\s--)[a-z][a-z0-9-]*").Select(match => match.Value).Except(known));
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("-v")]
    [InlineData("-V")]
    public void The_version_begins_as_cruns_does(string flag)
    {
        string[] lines = Command.Run(Crun, flag).Ok().Stdout.Split('\n');
        Assert.Matches("^crun version [0-9]+\\.[0-9]+", lines[0]);
        Assert.StartsWith("commit: ", lines[1], StringComparison.Ordinal);
        Assert.Equal("rundir: /run/runcs", lines[2]);
        Assert.StartsWith("spec: 1.", lines[3], StringComparison.Ordinal);
        Assert.Equal("rundir: /some/root", Command.Run(Crun, "--root=/some/root", flag).Ok().Stdout.Split('\n')[2]);
        Assert.DoesNotContain("rundir", Command.Run(RuntimeUnderTest.Executable, flag).Ok().Stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-?")]
    [InlineData("--usage")]
    public void Cruns_flags_for_help(string flag)
    {
        Assert.StartsWith("NAME:\n   crun - ", Command.Run(Crun, flag).Ok().Stdout, StringComparison.Ordinal);
        Assert.StartsWith("NAME:\n   crun delete - ", Command.Run(Crun, "delete", flag).Ok().Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void Letters_behind_one_dash_are_flags_of_crun_only()
    {
        string root = Directory.CreateDirectory(Path.Combine(_directory, "root")).FullName;
        Command.Run(Crun, "--root", root, "delete", "-fr", "none").Ok();
        Assert.Equal("[]", Command.Run(Crun, "--root", root, "list", "-fjson").Ok().Stdout.Trim().Replace("null", "[]", StringComparison.Ordinal));
        Command.Run(Crun, "spec", $"-b{_directory}", "-fspec.json").Ok();
        Assert.True(File.Exists(Path.Combine(_directory, "spec.json")));
        foreach (string wrong in (string[])["-fx", "-xf", "--fr"])
            Assert.Contains($"flag provided but not defined: -{wrong.TrimStart('-')}", Command.Run(Crun, "--root", root, "delete", wrong, "none").Exits(1).Stderr, StringComparison.Ordinal);
        Assert.Contains("flag provided but not defined: -fr", Command.Run(RuntimeUnderTest.Executable, "--root", root, "delete", "-fr", "none").Exits(1).Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_may_be_named_as_a_file()
    {
        string log = Path.Combine(_directory, "log");
        Command.Run(Crun, "--root", _directory, $"--log=file:{log}", "--log-format=json", "state", "none").Exits(1);
        using JsonDocument entry = JsonDocument.Parse(File.ReadAllText(log));
        Assert.Contains("does not exist", entry.RootElement.GetProperty("msg").GetString(), StringComparison.Ordinal);
        Assert.Contains("--log: must be a file, got", Command.Run(Crun, "--log=syslog:x", "list").Exits(1).Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error", 0)]
    [InlineData("warning", 1)]
    [InlineData("debug", 1)]
    public void The_level_of_the_log(string level, int warnings)
    {
        Requires.Root();
        using Container container = new();
        string log = container.Path("log");
        container.Bundle.Namespace("pid");
        container.Runtime.GlobalOptions = ["--cgroup-manager=disabled", "--log", log, "--log-level", level];
        container.Run().Ok();
        string[] lines = File.Exists(log) ? File.ReadAllLines(log) : [];
        Assert.Equal(warnings, lines.Count(line => line.Contains("level=warning", StringComparison.Ordinal)));
        Assert.Equal(level == "debug", lines.Any(line => line.Contains("level=debug", StringComparison.Ordinal)));
        container.Runtime.GlobalOptions = ["--log-level=loud"];
        Assert.Contains("--log-level: must be error, warning or debug, got \\\"loud\\\"", container.Run().Exits(1).Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Spec_writes_another_file_and_replaces_it()
    {
        string file = Path.Combine(_directory, "x.json");
        for (int i = 0; i < 2; i++) Command.Run(RuntimeUnderTest.Executable, "spec", "--file", file, "--bundle", "/nowhere").Ok();
        Assert.Contains("ociVersion", File.ReadAllText(file), StringComparison.Ordinal);
        Command.Run(RuntimeUnderTest.Executable, "spec", "-f", "y.json", "-b", _directory).Ok();
        Assert.Equal(File.ReadAllText(file), File.ReadAllText(Path.Combine(_directory, "y.json")));
        Assert.False(File.Exists(Path.Combine(_directory, "config.json")));
    }
}
