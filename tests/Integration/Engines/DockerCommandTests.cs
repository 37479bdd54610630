// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>Docker's commands on a running container, and its errors for a container that cannot run.</summary>
[OnAnyRuntime]
[Collection(DockerFixture.Name)]
public sealed class DockerCommandTests(DockerFixture fixture)
{
    private const string Obedient = "trap 'exit 42' TERM; trap 'echo told' USR1; echo up; while :; do sleep 0.1; done";
    private readonly Docker _docker = fixture.Docker;

    [Fact]
    public void Docker_stats_and_top()
    {
        using DockerContainer container = _docker.Up(["--memory", "64m"], "sh", "-c", "sleep 1000 & sleep 2000 & echo up; wait");
        container.WaitForLogs("up");
        JsonNode stats = JsonNode.Parse(_docker.Run("stats", "--no-stream", "--format", "{{json .}}", container.Name).Stdout)!;
        Assert.Equal("3", (string?)stats["PIDs"]);
        Assert.EndsWith(" / 64MiB", (string?)stats["MemUsage"], StringComparison.Ordinal);
        Assert.DoesNotContain("--", (string?)stats["CPUPerc"], StringComparison.Ordinal);
        string[] lines = container.Do("top").Stdout.TrimEnd('\n').Split('\n');
        Assert.Equal(["sh -c sleep 1000 & sleep 2000 & echo up; wait", "sleep 1000", "sleep 2000"], lines[1..].Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[7..])).Order());
    }

    // dockerd reads the line "commit: " of --version, and its client shows it as the version.
    [Fact]
    public void Info_shows_the_version()
    {
        Requires.Runcs();
        string version = Command.Run(RuntimeUnderTest.Executable, "--version").Ok().Stdout.Split('\n')[0].Split(' ')[^1];
        Assert.Matches($"\n runc version: v{version}(-g[0-9a-f]+)?\n", _docker.Run("info").Stdout);
    }

    [Fact]
    public void Docker_pause_and_unpause()
    {
        using DockerContainer container = _docker.Up([], "sh", "-c", "i=0; while :; do i=$((i+1)); echo $i > /count; sleep 0.01; done");
        string count = $"/proc/{container.Inspect(".State.Pid")}/root/count";
        Eventually.True(() => File.Exists(count), "it counts");
        container.Do("pause");
        Assert.Equal("paused", container.Status);
        string before = File.ReadAllText(count);
        Thread.Sleep(100);
        Assert.Equal(before, File.ReadAllText(count));
        container.Do("unpause");
        Assert.Equal("running", container.Status);
        Eventually.True(() => File.ReadAllText(count) != before, "it counts on");
        // The image of a running container is made while it is paused.
        _docker.Run("commit", "--pause", container.Name, "committed");
        Assert.Equal("running", container.Status);
        container.Do("pause");
        container.Do("rm", "--force");
    }

    [Fact]
    public void Update()
    {
        Requires.CgroupV1("memory/memory.memsw.limit_in_bytes");
        Requires.Cpus(1);
        using DockerContainer container = _docker.Up(["--memory", "64m", "--memory-swap", "64m"], "sleep", "1000");
        container.Do("update", "--memory", "128m", "--memory-swap", "128m", "--memory-reservation", "32m", "--cpus", "0.25", "--pids-limit", "77", "--cpuset-cpus", "1");
        Assert.Equal(("134217728", "134217728", "33554432"), (container.CgroupFile("memory", "memory.limit_in_bytes"), container.CgroupFile("memory", "memory.memsw.limit_in_bytes"),
            container.CgroupFile("memory", "memory.soft_limit_in_bytes")));
        Assert.Equal(("25000", "77", "1"), (container.CgroupFile("cpu", "cpu.cfs_quota_us"), container.CgroupFile("pids", "pids.max"), container.CgroupFile("cpuset", "cpuset.cpus")));
        container.Do("update", "--cpu-shares", "300");
        container.Do("update", "--memory", "32m", "--memory-swap", "32m");
        Assert.Equal(("300", "25000", "33554432"), (container.CgroupFile("cpu", "cpu.shares"), container.CgroupFile("cpu", "cpu.cfs_quota_us"), container.CgroupFile("memory", "memory.limit_in_bytes")));
        // Device rules are not changed by it.
        Assert.Equal(1, container.Exec("sh", "-c", "mknod /disk b 7 0 && cat /disk").ExitCode);
    }

    [Fact]
    public void Stop_restart_and_kill()
    {
        using DockerContainer container = _docker.Up([], "sh", "-c", Obedient);
        container.WaitForLogs("up");
        string pid = container.Inspect(".State.Pid");
        container.Do("kill", "--signal", "USR1");
        container.WaitForLogs("told");
        Assert.Equal(("running", pid), (container.Status, container.Inspect(".State.Pid")));
        container.Do("restart");
        Assert.NotEqual(pid, container.Inspect(".State.Pid"));
        Eventually.True(() => container.Logs == "up\ntold\nup\n", () => container.Logs);
        container.Do("stop");
        Assert.Equal(("exited", "42", "0", "false"), (container.Status, container.Inspect(".State.ExitCode"), container.Inspect(".State.Pid"), container.Inspect(".State.OOMKilled")));
        container.Do("start");
        container.Do("kill");
        Assert.Equal("137\n", container.Do("wait").Stdout);
        Assert.Contains("is not running", container.Exec("true").Fails().Stderr, StringComparison.Ordinal);
        // A program that ignores the signal is killed.
        using DockerContainer deaf = _docker.Up([], "sleep", "1000");
        deaf.Do("stop", "--time", "0");
        Assert.Equal("137", deaf.Inspect(".State.ExitCode"));
    }

    [Fact]
    public void A_container_that_fails_is_started_again()
    {
        using DockerContainer container = _docker.Up(["--restart", "on-failure:2"], "sh", "-c", "echo up; exit 3");
        Eventually.True(() => (container.Status, container.Inspect(".RestartCount")) == ("exited", "2"), () => container.Status, Patience.Seconds(30));
        Assert.Equal(("3", "up\nup\nup\n"), (container.Inspect(".State.ExitCode"), container.Logs));
    }

    [Fact]
    public void Health_is_what_a_command_in_the_container_says()
    {
        using DockerContainer container = _docker.Up(["--health-cmd", "test -e /healthy || exit 1", "--health-interval", "100ms", "--health-retries", "1"], "sleep", "1000");
        Eventually.True(() => container.Inspect(".State.Health.Status") == "unhealthy", () => container.Inspect(".State.Health"), Patience.Seconds(30));
        container.Exec("touch", "/healthy").Ok();
        Eventually.True(() => container.Inspect(".State.Health.Status") == "healthy", () => container.Inspect(".State.Health"), Patience.Seconds(30));
    }

    [Fact]
    public void Docker_cp_copies_files()
    {
        using DockerContainer container = _docker.Up([], "sleep", "1000");
        string file = _docker.Path("file"), back = _docker.Path("back");
        File.WriteAllText(file, "of the host\n");
        _docker.Run("cp", file, $"{container.Name}:/tmp/file");
        Assert.Equal("of the host\n", container.Exec("cat", "/tmp/file").Ok().Stdout);
        container.Exec("sh", "-c", "echo of the container > /tmp/file").Ok();
        _docker.Run("cp", $"{container.Name}:/tmp/file", back);
        Assert.Equal("of the container\n", File.ReadAllText(back));
    }

    [Theory]
    [InlineData(127, "unable to start container process: exec: \"nothing-of-this-name\": executable file not found in $PATH", "nothing-of-this-name")]
    [InlineData(127, "unable to start container process: exec: \"/nothing/there\": stat /nothing/there: no such file or directory", "/nothing/there")]
    [InlineData(126, "unable to start container process: exec: \"/etc\": ", "/etc")]
    [InlineData(126, "unable to start container process: exec: \"/etc/passwd\": permission denied", "/etc/passwd")]
    public void A_program_that_cannot_be_run_is_reported(int code, string message, string program)
    {
        Result result = _docker.Once([], program);
        Assert.Equal(code, result.ExitCode);
        Assert.Contains($"OCI runtime create failed: {RuntimeUnderTest.Name} create failed: {message}", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mount_of_a_directory_on_a_file_is_reported()
    {
        Result result = _docker.Once(["--volume", $"{_docker.Path("data")}:/etc/passwd"], "true");
        Assert.InRange(result.ExitCode, 125, 127);
        Assert.Contains($"OCI runtime create failed: {RuntimeUnderTest.Name} create failed: ", result.Stderr, StringComparison.Ordinal);
        Assert.Contains("not a directory", result.Stderr, StringComparison.Ordinal);
        // Docker adds this when it recognizes the message.
        Assert.Contains("Are you trying to mount a directory onto a file (or vice-versa)?", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_by_Docker_itself_is_exit_code_125()
    {
        Assert.Equal(125, _docker.Once(["--no-such-flag"], "true").ExitCode);
        Assert.Equal(125, _docker.Once(["--user", "nobody-of-this-name"], "true").ExitCode);
        Assert.Equal(5, _docker.Once([], "sh", "-c", "exit 5").ExitCode);
    }

    [Fact]
    public void Nothing_is_left_of_containers_that_are_gone()
    {
        _docker.Once([], "true").Ok();
        using (DockerContainer container = _docker.Up([], "sleep", "1000"))
            Assert.NotEmpty(Leftovers.Cgroups(container.Id));
        Assert.Empty(_docker.Run("ps", "--all", "--quiet").Stdout);
        Eventually.True(() => Left().Count == 0, () => string.Join('\n', Left()), Patience.Seconds(20));

        IReadOnlyList<string> Left() =>
        [
            .. Leftovers.Cgroups(_docker.Cgroup).Where(path => Path.GetFileName(path) != _docker.Cgroup),
            .. Directory.Exists(_docker.Path("exec/runtime-runc/moby")) ? Directory.GetDirectories(_docker.Path("exec/runtime-runc/moby")) : [],
            .. MountTable.Read().Where(mount => mount.StartsWith(_docker.Path("data/"), StringComparison.Ordinal) || mount.StartsWith(_docker.Path("exec/containerd"), StringComparison.Ordinal)),
        ];
    }
}
