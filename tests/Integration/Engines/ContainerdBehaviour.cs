// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>What containerd's users see, with either shim.</summary>
public abstract class ContainerdBehaviour(Containerd containerd) : IDisposable
{
    // Ends on SIGTERM with an exit code of its own.
    private const string Obedient = "trap 'exit 42' TERM; echo up; while :; do sleep 0.1; done";
    private readonly Containerd _containerd = containerd;
    private readonly List<string> _containers = [];

    [Fact]
    public void Output_input_and_exit_code_come_through()
    {
        Result result = Command.Run(Options.Default with { Stdin = "typed\n"u8.ToArray() },
            _containerd.CommandLine(_containerd.RunArguments(["--rm"], "one", ["sh", "-c", "head -n 1; echo hello; echo oops >&2; exit 7"])));
        Assert.Equal((7, "typed\nhello\n", "oops\n"), (result.ExitCode, result.Stdout, result.Stderr));
        _containerd.AssertNothingLeft();
    }

    [Fact]
    public void Options_of_run_arrive()
    {
        string shared = Directory.CreateDirectory(_containerd.Path("shared")).FullName;
        File.WriteAllText(System.IO.Path.Combine(shared, "file"), "of the host\n");
        string[] options =
        [
            "--env", "A=b", "--cwd", "/tmp", "--read-only", "--mount", $"type=bind,src={shared},dst=/mnt,options=rbind:ro",
            "--cap-add", "CAP_SYS_NICE", "--memory-limit", "33554432", "--cpus", "0.5", "--seccomp", "--allow-new-privs",
        ];
        Up("one", options, "sleep", "1000");
        Result result = _containerd.Exec("one", "sh", "-c", "echo $A; pwd; cat /mnt/file; touch /mnt/file /file; grep -E 'CapEff|NoNewPrivs|^Seccomp:' /proc/self/status");
        string[] lines = result.Stdout.TrimEnd('\n').Split('\n');
        Assert.Equal(["b", "/tmp", "of the host"], lines[..3]);
        // The default capabilities of containerd, and CAP_SYS_NICE.
        Assert.Equal(["CapEff:\t00000000a88425fb", "NoNewPrivs:\t0", "Seccomp:\t2"], lines[3..]);
        Assert.Equal("touch: /mnt/file: Read-only file system\ntouch: /file: Read-only file system\n", result.Stderr);
        if (!Directory.Exists("/sys/fs/cgroup/memory")) return;
        Assert.Equal("33554432\n", CgroupFile("memory", "one/memory.limit_in_bytes"));
        Assert.Equal("50000\n", CgroupFile("cpu", "one/cpu.cfs_quota_us"));
    }

    [Fact]
    public void Commands_run_in_a_container_beside_its_program()
    {
        Up("one", [], "sleep", "1000");
        Result result = _containerd.Exec("one", "sh", "-c", "cat /proc/1/comm; cat /proc/self/cgroup; echo oops >&2; exit 5");
        Assert.Equal((5, "oops\n"), (result.ExitCode, result.Stderr));
        Assert.StartsWith("sleep\n", result.Stdout, StringComparison.Ordinal);
        Assert.Contains($"/{_containerd.Namespace}/one\n", result.Stdout, StringComparison.Ordinal);
        Assert.Equal(137, _containerd.Exec("one", "sh", "-c", "kill -9 $$").ExitCode);
        Result missing = _containerd.Exec("one", "nothing-of-this-name");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("OCI runtime exec failed: exec failed: unable to start container process: exec: \"nothing-of-this-name\": executable file not found in $PATH", missing.Stderr, StringComparison.Ordinal);
        Result user = _containerd.Try(_containerd.ExecArguments(["--user", "1000", "--cwd", "/home/user"], "one", "sh", "-c", "id -u; pwd"));
        Assert.Equal("1000\n/home/user\n", user.Ok().Stdout);
        string[] outputs = AtOnce.Run(8, at => _containerd.Exec("one", "sh", "-c", $"echo {at}; exit {at}").Exits(at).Stdout);
        Assert.Equal(Enumerable.Range(0, 8).Select(at => $"{at}\n"), outputs);
        Assert.Equal("RUNNING", _containerd.Status("one"));
    }

    [Fact]
    public void A_terminal_has_its_size_and_what_is_typed()
    {
        using (TerminalUser user = new(_containerd.CommandLine(_containerd.RunArguments(["--rm", "--tty"], "one", ["sh", "-c", TerminalUser.Script]))))
            user.UseScript();
        Up("two", [], "sleep", "1000");
        using TerminalUser second = new(_containerd.CommandLine(_containerd.ExecArguments(["--tty"], "two", "sh", "-c", TerminalUser.Script)));
        second.UseScript();
    }

    [Fact]
    public void Signals_reach_the_program_a_command_and_all_processes()
    {
        Up("one", [], "sh", "-c", "trap 'echo told > /told' USR1; while :; do sleep 0.1; done");
        _containerd.Run("task", "kill", "--signal", "SIGUSR1", "one");
        Eventually.True(() => _containerd.Exec("one", "cat", "/told").Stdout == "told\n", "the program is told");
        using RunningCommand exec = _containerd.Start("task", "exec", "--exec-id", "named", "--fifo-dir", _containerd.Path("fifo"), "one", "sh", "-c", Obedient);
        exec.WaitForStdout("up\n");
        _containerd.Run("task", "kill", "--signal", "SIGTERM", "--exec-id", "named", "one");
        Assert.Equal(42, exec.Wait().ExitCode);
        using RunningCommand other = _containerd.Start("task", "exec", "--exec-id", "other", "--fifo-dir", _containerd.Path("fifo"), "one", "sh", "-c", "echo up; exec sleep 1000");
        other.WaitForStdout("up\n");
        _containerd.Run("task", "kill", "--all", "--signal", "SIGKILL", "one");
        Assert.Equal(137, other.Wait().ExitCode);
        _containerd.WaitForStatus("one", "STOPPED");
        // There is no process left to signal.
        Assert.Contains("process already finished", _containerd.Try("task", "kill", "one").Fails().Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void A_paused_container_does_not_run()
    {
        Up("one", [], "sh", "-c", "i=0; while :; do i=$((i+1)); echo $i > /count; sleep 0.01; done");
        Eventually.True(() => _containerd.Exec("one", "test", "-s", "/count").ExitCode == 0, "it counts");
        _containerd.Run("task", "pause", "one");
        Assert.Equal("PAUSED", _containerd.Status("one"));
        string count = $"/proc/{_containerd.Pid("one")}/root/count";
        string before = File.ReadAllText(count);
        Thread.Sleep(100);
        Assert.Equal(before, File.ReadAllText(count));
        Assert.Contains("cannot exec in a paused state", _containerd.Exec("one", "true").Fails().Stderr, StringComparison.Ordinal);
        _containerd.Run("task", "resume", "one");
        Assert.Equal("RUNNING", _containerd.Status("one"));
        Eventually.True(() => File.ReadAllText(count) != before, "it counts on");
        // A paused container can be killed.
        _containerd.Run("task", "pause", "one");
        _containerd.Run("task", "kill", "--signal", "SIGKILL", "one");
        if (_containerd.Status("one") == "PAUSED") _containerd.Try("task", "resume", "one");
        _containerd.WaitForStatus("one", "STOPPED");
    }

    [Fact]
    public void Metrics_and_processes_are_reported()
    {
        Up("one", [], "sh", "-c", "sleep 1000 & sleep 1000 & wait");
        Eventually.True(() => Processes("one").Length == 3, () => string.Join(' ', Processes("one")));
        Assert.Contains(_containerd.Pid("one").ToString(), Processes("one"));
        JsonNode metrics = JsonNode.Parse(_containerd.Run("task", "metrics", "--format", "json", "one").Stdout)!;
        Assert.Equal(3, (int)metrics["pids"]!["current"]!);
        Assert.True((long)metrics["memory"]!["usage"]!["usage"]! > 0);
        _containerd.Run(_containerd.ExecArguments(["--detach"], "one", "sleep", "1000"));
        Eventually.True(() => Processes("one").Length == 4, () => string.Join(' ', Processes("one")));
    }

    [Fact]
    public void Each_step_is_an_event_and_so_is_an_oom_kill()
    {
        using RunningCommand events = _containerd.Start("events");
        Eventually.True(() =>
        {
            _containerd.Run("namespaces", "label", _containerd.Namespace, $"asked={Guid.NewGuid()}");
            return events.Stdout.Contains("/namespaces/update", StringComparison.Ordinal);
        }, () => $"no events: {events.Stdout}{events.Stderr}", Patience.Seconds(30));
        Up("one", [], "sleep", "1000");
        _containerd.Run("task", "exec", "--exec-id", "added", "--fifo-dir", _containerd.Path("fifo"), "one", "true");
        _containerd.Run("task", "pause", "one");
        _containerd.Run("task", "resume", "one");
        _containerd.Run("task", "kill", "--signal", "SIGKILL", "one");
        _containerd.WaitForStatus("one", "STOPPED");
        _containerd.Try("task", "rm", "one");
        Up("hungry", ["--memory-limit", "16777216"], "sh", "-c", "cat /dev/zero | head -c 200m | tail -n 1; sleep 1000");
        events.WaitForStdout("/tasks/oom", Patience.Seconds(30));
        events.WaitForStdout("/tasks/delete");
        string[] topics = [.. events.Stdout.Split('\n').Where(line => line.Contains("\"one\"", StringComparison.Ordinal) && line.Contains("/tasks/", StringComparison.Ordinal))
            .Select(line => line.Split(' ').Single(word => word.StartsWith("/tasks/", StringComparison.Ordinal))["/tasks/".Length..])];
        Assert.Equal(["create", "start", "exec-added", "exec-started", "exit", "paused", "resumed", "exit", "delete"], topics);
        Assert.Contains("/tasks/oom {\"container_id\":\"hungry\"}", events.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_is_created_started_and_deleted_by_steps()
    {
        // A running container is not deleted; a container without a task can get a new one.
        Up("one", [], "sh", "-c", Obedient);
        Assert.Contains("must be stopped before deletion", _containerd.Try("task", "rm", "one").Fails().Stderr, StringComparison.Ordinal);
        Assert.Equal("RUNNING", _containerd.Status("one"));
        _containerd.Try("task", "rm", "--force", "one");
        Assert.Equal("", _containerd.Status("one"));
        _containerd.Run("task", "start", "--detach", "--null-io", "--fifo-dir", _containerd.Path("fifo"), "one");
        Assert.Equal("RUNNING", _containerd.Status("one"));
        _containerd.Remove("one");
        _containerd.AssertNothingLeft();
    }

    [Fact]
    public void A_container_that_cannot_be_made_says_why_and_leaves_nothing()
    {
        Result missing = _containerd.Once("one", [], "nothing-of-this-name");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains($"OCI runtime create failed: {RuntimeUnderTest.Name} create failed: unable to start container process: exec: \"nothing-of-this-name\": executable file not found in $PATH", missing.Stderr, StringComparison.Ordinal);
        Result mount = _containerd.Once("one", ["--mount", "type=bind,src=/nothing/there,dst=/mnt,options=rbind"], "true");
        Assert.Contains("/nothing/there", mount.Fails().Stderr, StringComparison.Ordinal);
        Assert.Contains("no such file or directory", mount.Stderr, StringComparison.Ordinal);
        _containerd.AssertNothingLeft();
    }

    [Fact]
    public void Containers_share_namespaces_and_have_their_own_users()
    {
        Up("one", [], "sleep", "1000");
        int pid = _containerd.Pid("one");
        Result second = _containerd.Once("two", ["--with-ns", $"pid:/proc/{pid}/ns/pid", "--with-ns", $"network:/proc/{pid}/ns/net"], "sh", "-c", "cat /proc/1/comm; readlink /proc/self/ns/net");
        Assert.Equal($"sleep\n{new FileInfo($"/proc/{pid}/ns/net").LinkTarget}\n", second.Ok().Stdout);
        Result mapped = _containerd.Once("three", ["--uidmap", "0:100000:65536", "--gidmap", "0:100000:65536"], "sh", "-c", "id -u; cat /proc/self/uid_map; touch /file && stat -c %u /file");
        Assert.Equal(["0", "0", "100000", "65536", "0"], mapped.Ok().Stdout.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Twenty_containers_at_once()
    {
        const int Count = 20;
        AtOnce.Run(Count, at =>
        {
            Up($"many-{at}", [], "sh", "-c", Obedient);
            return true;
        });
        Assert.Equal(Count, _containerd.Tasks().Count(task => task.Value.Status == "RUNNING"));
        string[] outputs = AtOnce.Run(Count, at => _containerd.Exec($"many-{at}", "sh", "-c", "tail -n 1 /proc/self/cgroup").Ok().Stdout);
        Assert.All(outputs, (output, at) => Assert.EndsWith($"/many-{at}\n", output, StringComparison.Ordinal));
        AtOnce.Run(Count, at => _containerd.Run("task", "kill", "--signal", "SIGKILL", $"many-{at}"));
        Eventually.True(() => _containerd.Tasks().Values.All(task => task.Status == "STOPPED"), "all are stopped", Patience.Seconds(30));
        AtOnce.Run(Count, at =>
        {
            _containerd.Remove($"many-{at}");
            return true;
        });
        _containerd.AssertNothingLeft();
    }

    public void Dispose()
    {
        foreach (string id in _containers) _containerd.Remove(id);
    }

    private void Up(string id, string[] options, params string[] command)
    {
        lock (_containers) _containers.Add(id);
        _containerd.Up(id, options, command);
    }

    private string[] Processes(string id) =>
        [.. _containerd.Run("task", "ps", id).Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(' ')[0])];

    private string CgroupFile(string controller, string file) => File.ReadAllText($"/sys/fs/cgroup/{controller}/{_containerd.Namespace}/{file}");
}
