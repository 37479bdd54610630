// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Runcs.Integration;

/// <summary>The errors of <c>exec</c>: exit code 255, one line, and the messages that callers match.</summary>
public sealed partial class ExecErrorTests : IDisposable
{
    private readonly Container _container = new();

    public ExecErrorTests() => Requires.Root();

    public void Dispose() => _container.Dispose();

    // dockerd and Podman map these to exit codes.
    [Theory]
    [OnAnyRuntime]
    [InlineData("frobnicate", "unable to start container process: exec: \"frobnicate\": executable file not found in $PATH")]
    [InlineData("/bin/frobnicate", "no such file or directory")]
    [InlineData("/bin/text", "permission denied")]
    [InlineData("/bin/busybox/sh", "not a directory")]
    public void The_error_for_a_program_that_cannot_be_run(string program, string words)
    {
        _container.Bundle.Put("/bin/text", "text");
        Up();
        Result result = _container.Exec(program).Exits(255);
        Assert.Contains(words, result.Stderr.Replace("\\\"", "\"", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("exec failed: unable to start container process: ", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    [OnAnyRuntime]
    public void The_error_for_a_missing_or_ended_container()
    {
        Assert.Contains("container does not exist", _container.Exec("true").Exits(255).Stderr, StringComparison.Ordinal);
        _container.Up();
        _container.WaitForStatus("stopped");
        Assert.Contains("cannot exec in a stopped container", _container.Exec("true").Exits(255).Stderr, StringComparison.Ordinal);
    }

    [Fact]
    [OnAnyRuntime]
    public void The_error_for_a_paused_container()
    {
        Up();
        _container.Runtime.Run("pause", _container.Id).Ok();
        Assert.Contains("cannot exec in a paused container (use --ignore-paused to override)", _container.Exec("true").Exits(255).Stderr, StringComparison.Ordinal);
        using RunningCommand exec = _container.Runtime.Start("exec", "--ignore-paused", _container.Id, "echo", "thawed");
        Eventually.True(() => File.ReadAllLines(Leftovers.Cgroups(_container.Id).First() + "/cgroup.procs").Length > 1, "the process is in the cgroup");
        Assert.Equal("", exec.Stdout);
        _container.Runtime.Run("resume", _container.Id).Ok();
        Assert.Equal("thawed\n", exec.Wait().Ok().Stdout);
    }

    // The frozen process shares the memory of its parent, which must not wait for it alone.
    [Fact]
    public void A_signal_ends_the_wait_for_a_paused_container()
    {
        Up();
        _container.Runtime.Run("pause", _container.Id).Ok();
        using RunningCommand exec = _container.Runtime.Start("exec", "--ignore-paused", _container.Id, "true");
        Eventually.True(() => File.ReadAllLines(Leftovers.Cgroups(_container.Id).First() + "/cgroup.procs").Length > 1, "the process is in the cgroup");
        const int SIGTERM = 15;
        exec.Signal(SIGTERM);
        Eventually.True(() => exec.HasExited, "it has ended");
        // On v1 the killed process ends when it is thawed, and closes its output then.
        _container.Runtime.Run("resume", _container.Id).Ok();
        Assert.Contains("interrupted by a signal", exec.Wait().Fails().Stderr, StringComparison.Ordinal);
        Assert.Equal("still\n", _container.Exec("echo", "still").Ok().Stdout);
    }

    // `exec runcs` in a shell leaves runcs the shell's children.
    [Theory]
    [OnAnyRuntime]
    [InlineData("--cwd", "/nonexistent", "true")]
    [InlineData("--cwd", "/", "nonexistent")]
    public void A_failure_leaves_the_callers_other_children_alone(string flag, string directory, string program)
    {
        Up();
        string[] exec = _container.Runtime.CommandLine("exec", flag, directory, _container.Id, program);
        Command.Run(["sh", "-c", "sleep 300 >/dev/null 2>&1 & echo $! >\"$0\"; exec \"$@\"", _container.Path("child"), .. exec]).Fails();
        int child = int.Parse(File.ReadAllText(_container.Path("child")));
        // Until its execve it has the shell's.
        Eventually.True(() => File.ReadAllText($"/proc/{child}/cmdline") == "sleep\0300\0", () => $"child {child} is {File.ReadAllText($"/proc/{child}/cmdline")}");
        Assert.Equal(0, Libc.kill(child, Libc.SIGKILL));
    }

    [Fact]
    [OnAnyRuntime]
    public void A_terminal_and_detachment_need_a_console_socket_and_only_they_may_have_one()
    {
        Up();
        Assert.Contains("cannot allocate tty if runc will detach without setting console socket", _container.Runtime.Run("exec", "-d", "-t", _container.Id, "true").Exits(255).Stderr, StringComparison.Ordinal);
        foreach (string[] flags in (string[][])[["-t"], ["-d"], []])
            Assert.Contains("cannot use console socket if runc will not detach or allocate tty", _container.Runtime.Run(["exec", .. flags, "--console-socket", "/x", _container.Id, "true"]).Exits(255).Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no_command")]
    [InlineData("no_such_user", "--user", "nobody")]
    [InlineData("negative_user", "--user", "-1")]
    [InlineData("user_with_more_behind_it", "--user", "1000x:0")]
    [InlineData("no_such_group", "--user", "0:wheel")]
    [InlineData("additional_group", "--additional-gids", "x")]
    [InlineData("relative_cwd", "--cwd", "tmp")]
    [InlineData("missing_cwd", "--cwd", "/missing")]
    [InlineData("variable_without_a_value", "--env", "NAME")]
    [InlineData("process_file_missing", "--process", "/missing.json")]
    [InlineData("process_file_is_a_directory", "--process", "/proc")]
    [InlineData("missing_descriptor", "--preserve-fds", "900")]
    [InlineData("no_apparmor", "--apparmor", "profile")]
    [InlineData("no_selinux", "--process-label", "a:b:c:s0")]
    [InlineData("parent_cgroup", "--cgroup", "..")]
    [InlineData("cgroup_beside", "--cgroup", "a/../../b")]
    [InlineData("missing_cgroup", "--cgroup", "memory:missing")]
    [InlineData("unknown_controller", "--cgroup", "whaaat:/")]
    [InlineData("no_controller", "--cgroup", ":/a")]
    [InlineData("controller_twice", "--cgroup", "memory:/a", "--cgroup", "memory:/b")]
    [InlineData("cgroup_without_its_controller", "--cgroup", "memory:/a", "--cgroup", "/b")]
    public void Errors_of_a_flag(string mistake, params string[] flags)
    {
        Requires.Runcs();
        Requires.CgroupV1();
        if (mistake == "no_apparmor") Requires.That(!Directory.Exists("/sys/kernel/security/apparmor"), "needs a host without AppArmor");
        Up();
        Verify(["exec", .. flags, _container.Id, .. mistake == "no_command" ? (string[])[] : ["true"]], mistake);
    }

    [Theory]
    [InlineData("broken", "{\"args\": [\"true\"")]
    [InlineData("array", "[]")]
    [InlineData("empty", "{}")]
    [InlineData("wrong_types", "{\"args\": \"true\", \"cwd\": 1}")]
    [InlineData("limit", "{\"args\": [\"true\"], \"cwd\": \"/\", \"rlimits\": [{\"type\": \"RLIMIT_WRONG\"}]}")]
    [InlineData("affinity", "{\"args\": [\"true\"], \"cwd\": \"/\", \"execCPUAffinity\": {\"initial\": \"a\"}}")]
    [InlineData("affinity_without_cpus", "{\"args\": [\"true\"], \"cwd\": \"/\", \"execCPUAffinity\": {\"final\": \"4000\"}}")]
    public void Errors_of_a_process_file(string mistake, string document)
    {
        Requires.Runcs();
        Up();
        File.WriteAllText(_container.Path("process.json"), document);
        Verify(["exec", "--process", _container.Path("process.json"), _container.Id], mistake);
    }

    private void Up()
    {
        _container.Bundle.Args("/bin/sleep", "1000");
        _container.Up();
    }

    private void Verify(string[] command, string mistake, [System.Runtime.CompilerServices.CallerMemberName] string test = "")
    {
        string log = _container.Path("log.json");
        _container.Runtime.GlobalOptions = ["--log", log, "--log-format", "json"];
        string line = Assert.Single(_container.Runtime.Run(command).Exits(255).Stderr.TrimEnd('\n').Split('\n'));
        _container.Runtime.GlobalOptions = [];
        using JsonDocument entry = JsonDocument.Parse(File.ReadAllText(log));
        Assert.Equal(("error", line), (entry.RootElement.GetProperty("level").GetString(), entry.RootElement.GetProperty("msg").GetString()));
        Snapshot.Verify(Hierarchy().Replace(_container.Scrub(line), "{memory}"), mistake, method: test);
        Assert.Equal([_container.Pid], File.ReadAllLines(Leftovers.Cgroups(_container.Id).First() + "/cgroup.procs").Select(int.Parse));
    }

    // The machine's mount point of it, and the test's own cgroup.
    [GeneratedRegex("/sys/fs/cgroup/memory[^ ]*(?=/{id})")]
    private static partial Regex Hierarchy();
}
