// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>containerd is killed and started again while containers of our shim run and end.</summary>
public sealed class ContainerdShimRestartTests(ContainerdShimFixture fixture) : ContainerdRestartBehaviour(fixture.Containerd), IClassFixture<ContainerdShimFixture>
{
    private readonly Containerd _containerd = fixture.Containerd;

    [Fact]
    public void Every_end_is_reported_once_though_containerd_is_killed_again_and_again()
    {
        const int Count = 12;
        for (int i = 0; i < Count; i++) _containerd.Up($"end-{i}", [], "sh", "-c", $"while test ! -e /end; do sleep 0.05; done; exit {i + 1}");
        int[] pids = [.. Enumerable.Range(0, Count).Select(i => _containerd.Pid($"end-{i}"))];
        for (int i = 0; i < Count; i++)
        {
            // Some end while there is no daemon, some while it starts.
            bool isDown = i % 3 == 0;
            if (isDown) _containerd.Daemon.End(Libc.SIGKILL);
            File.WriteAllText($"/proc/{pids[i]}/root/end", "");
            int pid = pids[i];
            if (isDown) Eventually.True(() => !Directory.Exists($"/proc/{pid}"), "it has ended");
            if (i % 3 != 2) _containerd.Daemon.Restart(Libc.SIGKILL);
        }
        for (int i = 0; i < Count; i++)
        {
            _containerd.WaitForStatus($"end-{i}", "STOPPED");
            Assert.Contains($"exit code {i + 1}", _containerd.Try("task", "rm", $"end-{i}").Stderr, StringComparison.Ordinal);
            _containerd.Remove($"end-{i}");
        }
        _containerd.AssertNothingLeft();
    }
}
