// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>Docker's daemon restarts while containers run ("live-restore").</summary>
[OnAnyRuntime]
public sealed class DockerRestartTests(DockerFixture fixture) : IClassFixture<DockerFixture>
{
    private const int SIGKILL = 9, SIGTERM = 15;
    private readonly Docker _docker = fixture.Docker;

    [Theory]
    [InlineData(SIGTERM)]
    [InlineData(SIGKILL)]
    public void Containers_outlive_the_daemon(int signal)
    {
        using DockerContainer stays = _docker.Up([], "sleep", "1000");
        using DockerContainer ends = _docker.Up([], "sh", "-c", "trap 'exit 42' TERM; echo up; while :; do sleep 0.1; done");
        ends.WaitForLogs("up");
        string pid = stays.Inspect(".State.Pid");
        int ending = int.Parse(ends.Inspect(".State.Pid"));
        string containerd = $"/proc/{File.ReadAllText(_docker.Path("exec/containerd/containerd.pid")).Trim()}";
        _docker.Daemon.End(signal);
        // The daemon's own containerd ends with it; a zombie would count as alive.
        Eventually.True(() => !Directory.Exists(containerd), "containerd has ended", Patience.Seconds(30));
        Assert.Equal(0, Libc.kill(ending, SIGTERM));
        Eventually.True(() => !Directory.Exists($"/proc/{ending}"), "it has ended");
        _docker.Daemon.Restart(signal);

        Assert.Equal(("running", pid), (stays.Status, stays.Inspect(".State.Pid")));
        Assert.Equal(("exited", "42"), (ends.Status, ends.Inspect(".State.ExitCode")));
        Assert.Equal("sleep\n", stays.Exec("cat", "/proc/1/comm").Ok().Stdout);
        stays.Do("pause");
        stays.Do("unpause");
        stays.Do("stop", "--time", "0");
        Assert.Equal("137", stays.Inspect(".State.ExitCode"));
        ends.Do("start");
        Assert.Equal("running", ends.Status);
    }
}
