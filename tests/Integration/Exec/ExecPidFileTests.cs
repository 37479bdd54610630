// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>What <c>exec</c> gives its caller and its program besides the streams: the pid file, the pidfd, descriptors.</summary>
[OnAnyRuntime]
public sealed class ExecPidFileTests : IDisposable
{
    private readonly Container _container = new();

    public ExecPidFileTests() => Requires.Root();

    public void Dispose() => _container.Dispose();

    [Fact]
    public void The_pid_file_is_there_before_exec_returns_and_has_no_line_end()
    {
        Up();
        Result result = Exec(["--detach", "--pid-file", _container.Path("pid")], "sh", "-c", "exec sleep 100").Ok();
        Assert.Equal("", result.Stdout + result.Stderr);
        string text = File.ReadAllText(_container.Path("pid"));
        int pid = int.Parse(text);
        Assert.Equal(pid.ToString(), text);
        Eventually.True(() => File.ReadAllText($"/proc/{pid}/cmdline") == "sleep\0100\0", "sleep runs");
        // It is started by init's parent and leads its own session.
        string[] fields = File.ReadAllText($"/proc/{pid}/stat").Split(' ');
        Assert.Equal((pid.ToString(), pid.ToString()), (fields[4], fields[5]));
        Assert.Equal(File.ReadAllText($"/proc/{_container.Pid}/cgroup"), File.ReadAllText($"/proc/{pid}/cgroup"));
        _container.Kill("KILL").Ok();
        Eventually.True(() => !Directory.Exists($"/proc/{pid}") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal), "it ends with its container");
        _container.WaitForStatus("stopped");
        _container.Delete().Ok();
        Leftovers.AssertNone(_container);
    }

    [Fact]
    public void A_pid_file_that_cannot_be_written_is_a_failure_and_nothing_runs_on()
    {
        Up();
        Result result = Exec(["--detach", "--pid-file", "/no/such/directory/pid"], "sleep", "1234").Exits(255);
        Assert.Contains("no such file or directory", result.Stderr, StringComparison.Ordinal);
        Assert.Equal([_container.Pid], Processes());
    }

    [Fact]
    public void A_relative_pid_file_is_the_callers()
    {
        Up();
        _container.Runtime.Run(new Options { WorkingDirectory = _container.Path("") }, "exec", "--pid-file", "here", _container.Id, "true").Ok();
        Assert.True(int.Parse(File.ReadAllText(_container.Path("here"))) > 1);
    }

    [Fact]
    public void The_pidfd_socket_gets_the_process()
    {
        Requires.Runcs();
        Up();
        using System.Net.Sockets.Socket listener = new(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        listener.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_container.Path("s")));
        listener.Listen();
        Exec(["--detach", "--pidfd-socket", _container.Path("s"), "--pid-file", _container.Path("pid")], "sleep", "100").Ok();
        using System.Net.Sockets.Socket connection = listener.Accept();
        byte[] payload = new byte[64];
        Assert.False(Native.UnixSockets.TryReceiveFd((int)connection.Handle, payload, out int count, out Native.Fd? pidfd).IsError);
        using (pidfd)
        {
            Assert.Equal("setns", System.Text.Encoding.ASCII.GetString(payload, 0, count));
            Assert.Contains($"\nPid:\t{File.ReadAllText(_container.Path("pid"))}\n", File.ReadAllText($"/proc/self/fdinfo/{pidfd!.Value}"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Descriptors_are_passed_on_as_many_as_are_asked_for()
    {
        Up();
        File.WriteAllText(_container.Path("four"), "hello");
        string[] exec = _container.Runtime.CommandLine("exec", "--preserve-fds=2", _container.Id, "sh", "-c", "cat <&4; ls /proc/self/fd | wc -l");
        Assert.Equal("hello6\n", Command.Run(["sh", "-c", $"exec 3</dev/null 4<{_container.Path("four")} 5</etc; exec \"$@\"", "sh", .. exec]).Ok().Stdout.Replace(" ", "", StringComparison.Ordinal));
        // runc 1.1 only checks numbers that it does not use itself.
        if (!RuntimeUnderTest.IsRuncs) return;
        string[] missing = _container.Runtime.CommandLine("exec", "--preserve-fds=2", _container.Id, "true");
        Command.Run(["sh", "-c", "exec 3</dev/null 4<&-; exec \"$@\"", "sh", .. missing]).Fails();
    }

    private void Up()
    {
        _container.Bundle.Args("/bin/sleep", "1000");
        _container.Up();
    }

    private Result Exec(string[] flags, params string[] commandLine) => _container.Runtime.Run(["exec", .. flags, _container.Id, .. commandLine]);

    private int[] Processes() => [.. File.ReadAllLines(Leftovers.Cgroups(_container.Id).First() + "/cgroup.procs").Select(int.Parse)];
}
