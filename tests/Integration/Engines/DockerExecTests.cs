// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary><c>docker exec</c>.</summary>
[OnAnyRuntime]
[Collection(DockerFixture.Name)]
public sealed class DockerExecTests : IDisposable
{
    private readonly Docker _docker;
    private readonly DockerContainer _container;

    public DockerExecTests(DockerFixture fixture)
    {
        _docker = fixture.Docker;
        _container = _docker.Up(["--env", "OF=run", "--pids-limit", "50"], "sleep", "1000");
    }

    [Fact]
    public void Output_input_and_exit_code_come_through()
    {
        Result result = _docker.Try("typed\n"u8.ToArray(), "exec", "--interactive", "--env", "A=b", _container.Name, "sh", "-c", "cat; echo $OF $A; cat /proc/1/comm; echo oops >&2; exit 7");
        Assert.Equal((7, "typed\nrun b\nsleep\n", "oops\n"), (result.ExitCode, result.Stdout, result.Stderr));
        Assert.Equal(137, _container.Exec("sh", "-c", "kill -9 $$").ExitCode);
        Assert.Equal(127, _container.Exec("sh", "-c", "nothing-of-this-name").ExitCode);
    }

    [Fact]
    public void Options()
    {
        Assert.Equal("1000\n1000\n/home/user\n/tmp\n", _container.Exec(["--user", "user", "--workdir", "/tmp"], "sh", "-c", "id -u; id -g; echo $HOME; pwd").Ok().Stdout);
        Assert.Equal("1234 567\n", _container.Exec(["--user", "1234:567"], "sh", "-c", "echo $(id -u) $(id -g)").Ok().Stdout);
        Assert.Equal("CapEff:\t00000000a80425fb\nSeccomp:\t2\n", _container.Exec("grep", "-E", "^(CapEff|Seccomp):", "/proc/self/status").Ok().Stdout);
        _container.Exec(["--detach"], "sh", "-c", "echo done > /done").Ok();
        Eventually.True(() => _container.Exec("cat", "/done").Stdout == "done\n", "the detached command has run");
    }

    [Fact]
    public void A_command_is_in_the_containers_cgroup_and_namespaces()
    {
        const string Look = "sort /proc/self/cgroup; for kind in cgroup ipc mnt net pid user uts; do readlink /proc/self/ns/$kind; done";
        Result result = _container.Exec("sh", "-c", Look);
        Assert.Equal(_container.Exec("sh", "-c", Look.Replace("self", "1", StringComparison.Ordinal)).Ok().Stdout, result.Ok().Stdout);
        Assert.Contains(_container.Id, result.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void Exec_with_a_terminal()
    {
        Assert.Equal("/dev/pts/0\r\n", _container.Exec(["--tty"], "tty").Ok().Stdout);
        using TerminalUser user = new(_docker.CommandLine("exec", "--interactive", "--tty", _container.Name, "sh", "-c", TerminalUser.Script));
        user.UseScript();
    }

    [Theory]
    [InlineData("exec: \"nothing-of-this-name\": executable file not found in $PATH", "nothing-of-this-name")]
    [InlineData("exec: \"/nothing/there\": stat /nothing/there: no such file or directory", "/nothing/there")]
    [InlineData("exec: \"/etc/passwd\": permission denied", "/etc/passwd")]
    public void A_program_that_cannot_be_run_is_reported(string message, string program)
    {
        Result result = _container.Exec(program);
        // 126 with Docker 20.10; later versions use 127 for a missing program.
        Assert.InRange(result.ExitCode, 126, 127);
        Assert.Contains($"OCI runtime exec failed: exec failed: unable to start container process: {message}", result.Stdout + result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_working_directory_is_reported()
    {
        Result result = _container.Exec(["--workdir", "/nothing"], "true");
        Assert.InRange(result.ExitCode, 126, 127);
        Assert.Matches("OCI runtime exec failed: exec failed: unable to start container process: .*chdir.*\"/nothing\".*no such file or directory", result.Stdout + result.Stderr);
    }

    [Fact]
    public void Many_concurrent_execs()
    {
        Result[] results = AtOnce.Run(20, at => _container.Exec("sh", "-c", $"echo {at}; exit {at}"));
        Assert.All(results, (result, at) => Assert.Equal((at, $"{at}\n"), (result.ExitCode, result.Stdout)));
    }

    public void Dispose() => _container.Dispose();
}
