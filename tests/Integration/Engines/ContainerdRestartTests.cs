// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>containerd restarts, and the runtime's binary is replaced, while containers run.</summary>
[OnAnyRuntime]
public sealed class ContainerdRestartTests(ContainerdFixture fixture) : ContainerdRestartBehaviour(fixture.Containerd), IClassFixture<ContainerdFixture>
{
    private readonly Containerd _containerd = fixture.Containerd;

    [Fact]
    public void The_runtime_is_replaced_while_containers_run()
    {
        string runtime = _containerd.Path("replaced"), next = _containerd.Path("next");
        Programs.Copy(RuntimeUnderTest.Executable, runtime);
        _containerd.Run(_containerd.RunArguments(["--detach", "--null-io"], "one", ["sleep", "1000"], runtime));
        using RunningCommand foreground = _containerd.Start(_containerd.RunArguments(["--rm"], "two", ["sh", "-c", "trap 'exit 42' TERM; echo up; while :; do sleep 0.1; done"], runtime));
        foreground.WaitForStdout("up\n");
        Programs.Copy(RuntimeUnderTest.Executable, next);
        File.Move(next, runtime, overwrite: true);

        Assert.Equal("sleep\n", _containerd.Exec("one", "cat", "/proc/1/comm").Ok().Stdout);
        _containerd.Run("task", "pause", "one");
        _containerd.Run("task", "resume", "one");
        Assert.Equal("three\n", _containerd.Try(_containerd.RunArguments(["--rm"], "three", ["echo", "three"], runtime)).Ok().Stdout);
        _containerd.Run("task", "kill", "--signal", "SIGTERM", "two");
        Assert.Equal(42, foreground.Wait().ExitCode);
        _containerd.Remove("one");
        _containerd.AssertNothingLeft();
    }
}
