// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>Docker with our shim in the place of runc's (containerd-shim-runc-v2), which needs no configuration.</summary>
public sealed class DockerShimTests : IClassFixture<DockerShimTests.Fixture>
{
    private readonly Docker _docker;

    public DockerShimTests(Fixture fixture) => _docker = fixture.Docker;

    [Fact]
    public void Output_input_and_exit_code_come_through()
    {
        Result result = _docker.Try("typed\n"u8.ToArray(), "run", "--rm", "--interactive", "--network", "none", "busybox", "sh", "-c", "cat; echo hello; echo oops >&2; exit 7");
        Assert.Equal((7, "typed\nhello\n", "oops\n"), (result.ExitCode, result.Stdout, result.Stderr));
        Assert.Equal(0, _docker.Once([], "true").ExitCode);
        Assert.Equal(127, _docker.Once([], "nothing-of-this-name").ExitCode);
        Assert.Equal(126, _docker.Once([], "/etc/passwd").ExitCode);
    }

    [Fact]
    public void A_container_is_used_while_it_runs()
    {
        using DockerContainer container = _docker.Up([], "sh", "-c", "echo started; trap 'exit 42' TERM; while :; do sleep 0.1; done");
        Assert.Equal("runc", container.Inspect(".HostConfig.Runtime"));
        Assert.Contains(_docker.Daemon.Processes(), pid => new FileInfo($"/proc/{pid}/exe").LinkTarget == RuntimeUnderTest.Executable);
        Eventually.True(() => container.Logs == "started\n", "it has started");
        Assert.Equal("in\n", container.Exec("echo", "in").Ok().Stdout);
        Assert.Equal(5, container.Exec("sh", "-c", "exit 5").ExitCode);
        Assert.Contains("sh -c echo started", container.Do("top").Stdout, StringComparison.Ordinal);
        Assert.Contains(container.Name, _docker.Run("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}", container.Name).Stdout, StringComparison.Ordinal);
        container.Do("pause");
        Assert.Equal("paused", container.Status);
        container.Do("unpause");
        container.Do("update", "--pids-limit", "77");
        container.Do("stop", "--time", "20");
        Assert.Equal(("exited", "42"), (container.Status, container.Inspect(".State.ExitCode")));
        container.Do("start");
        Assert.Equal("running", container.Status);
        container.Do("kill");
        Eventually.True(() => container.Inspect(".State.ExitCode") == "137", "it is killed");
    }

    [Fact]
    public void An_oom_kill_is_noted()
    {
        using DockerContainer container = _docker.Up(["--memory", "16m", "--memory-swap", "16m"], "tail", "-c", "200m", "/dev/zero");
        Eventually.True(() => container.Status == "exited", "it is killed", Patience.Seconds(30));
        Assert.Equal(("true", "137"), (container.Inspect(".State.OOMKilled"), container.Inspect(".State.ExitCode")));
    }

    [Fact]
    public void A_terminal_has_its_size_and_what_is_typed()
    {
        using (TerminalUser user = new(_docker.CommandLine("run", "--rm", "--interactive", "--tty", "--network", "none", "busybox", "sh", "-c", TerminalUser.Script))) user.UseScript();
        using DockerContainer container = _docker.Up([], "sleep", "1000");
        using TerminalUser second = new(_docker.CommandLine("exec", "--interactive", "--tty", container.Name, "sh", "-c", TerminalUser.Script));
        second.UseScript();
    }

    [Fact]
    public void Containers_outlive_the_daemon()
    {
        using DockerContainer stays = _docker.Up([], "sleep", "1000"), ends = _docker.Up([], "sh", "-c", "echo one; while test ! -e /end; do sleep 0.05; done; echo two; exit 42");
        int pid = int.Parse(ends.Inspect(".State.Pid"));
        string containerd = $"/proc/{File.ReadAllText(_docker.Path("exec/containerd/containerd.pid")).Trim()}";
        _docker.Daemon.End(Libc.SIGKILL);
        // The daemon's own containerd ends with it; a zombie would count as alive.
        Eventually.True(() => !Directory.Exists(containerd), "containerd has ended", Patience.Seconds(30));
        File.WriteAllText($"/proc/{pid}/root/end", "");
        Eventually.True(() => !Directory.Exists($"/proc/{pid}"), "it has ended");
        _docker.Daemon.Restart(Libc.SIGKILL);
        Assert.Equal("running", stays.Status);
        Eventually.True(() => ends.Status == "exited", () => ends.Status);
        Assert.Equal("42", ends.Inspect(".State.ExitCode"));
        Assert.StartsWith("one\n", ends.Logs, StringComparison.Ordinal);
        Assert.Equal("in\n", stays.Exec("echo", "in").Ok().Stdout);
    }

    /// <summary>One daemon for the class.</summary>
    public sealed class Fixture : IDisposable
    {
        private readonly Lazy<Docker> _docker = new(() => new(usesShim: true));

        public Docker Docker
        {
            get
            {
                Requires.Root();
                return _docker.Value;
            }
        }

        public void Dispose()
        {
            if (_docker.IsValueCreated) _docker.Value.Dispose();
        }
    }
}
