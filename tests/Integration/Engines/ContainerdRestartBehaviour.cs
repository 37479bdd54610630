// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>containerd restarts while containers run.</summary>
public abstract class ContainerdRestartBehaviour(Containerd containerd) : IDisposable
{
    private const int SIGKILL = 9, SIGTERM = 15;
    private readonly Containerd _containerd = containerd;

    [Theory]
    [InlineData(SIGTERM)]
    [InlineData(SIGKILL)]
    public void Containers_outlive_containerd(int signal)
    {
        string[] ids = ["one", "two", "paused"];
        foreach (string id in ids) _containerd.Up(id, [], "sleep", "1000");
        _containerd.Up("ends", [], "sh", "-c", "trap 'exit 42' TERM; echo > /up; while :; do sleep 0.1; done");
        Eventually.True(() => _containerd.Exec("ends", "test", "-e", "/up").ExitCode == 0, "it is up");
        _containerd.Run("task", "pause", "paused");
        int ending = _containerd.Pid("ends");
        int[] pids = [.. ids.Select(_containerd.Pid)];

        _containerd.Daemon.End(signal);
        // While no daemon runs.
        Assert.Equal(0, Libc.kill(ending, SIGTERM));
        Eventually.True(() => !Directory.Exists($"/proc/{ending}"), "it has ended");
        _containerd.Daemon.Restart(signal);

        Assert.Equal(pids, ids.Select(_containerd.Pid));
        Assert.Equal(["RUNNING", "RUNNING", "PAUSED", "STOPPED"], ((string[])[.. ids, "ends"]).Select(_containerd.Status));
        Assert.Equal("sleep\n", _containerd.Exec("one", "cat", "/proc/1/comm").Ok().Stdout);
        _containerd.Run("task", "pause", "one");
        _containerd.Run("task", "resume", "one");
        _containerd.Run("task", "resume", "paused");
        foreach (string id in ids) _containerd.Run("task", "kill", "--signal", "SIGKILL", id);
        foreach (string id in ids) _containerd.WaitForStatus(id, "STOPPED");
        Assert.Contains("exit code 42", _containerd.Try("task", "rm", "ends").Stderr, StringComparison.Ordinal);
        foreach (string id in (string[])[.. ids, "ends"]) _containerd.Remove(id);
        _containerd.AssertNothingLeft();
    }

    public void Dispose()
    {
        foreach (string id in _containerd.Run("container", "ls", "-q").Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries)) _containerd.Remove(id);
    }
}
