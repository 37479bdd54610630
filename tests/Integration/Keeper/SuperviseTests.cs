// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary><c>run --supervise</c>: the command itself, the keeper that it leaves behind, and what <c>state</c> shows.</summary>
public class SuperviseTests
{
    private const int SIGINT = 2, SIGKILL = 9;

    public SuperviseTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    [Fact]
    public void The_command_ends_and_the_container_runs_on()
    {
        using Container container = Kept.Supervise("sleep 100");
        Assert.Equal("running", container.Status);
        Assert.True(Kept.IsAlive(container.KeeperPid()));
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    /// <summary>A caller that waits for the end of its pipe is not kept waiting.</summary>
    [Fact]
    public void The_keeper_has_nothing_of_its_caller()
    {
        using Container container = new();
        container.Bundle.Shell("sleep 100");
        container.Bundle.Write();
        container.Runtime.Run(Options.Default with { Pipes = true }, "run", "--supervise", "--bundle", container.Bundle.Directory, container.Id).Ok();
        int pid = container.KeeperPid();
        for (int stream = 0; stream <= 2; stream++) Assert.Equal("/dev/null", new FileInfo($"/proc/{pid}/fd/{stream}").LinkTarget);
        Assert.Equal("/", new DirectoryInfo($"/proc/{pid}/cwd").LinkTarget);
        string[] stat = File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ');
        // Group, session and terminal (proc_pid_stat(5)).
        Assert.Equal([$"{pid}", $"{pid}", "0"], stat[2..5]);
    }

    [Theory]
    [InlineData("exit 0", 0, null)]
    [InlineData("exit 7", 7, null)]
    [InlineData("exit 255", 255, null)]
    [InlineData("kill -9 $$", 137, 9)]
    [InlineData("kill -15 $$", 143, 15)]
    public void The_end_is_recorded(string script, int code, int? signal)
    {
        using Container container = Unprotected(script);
        Assert.Equal($"{code}\n", container.Wait().Exits(code).Stdout);
        JsonNode keeper = container.Keeper();
        Assert.Equal(code, (int)keeper["exitCode"]!);
        Assert.Equal(signal, (int?)keeper["signal"]);
        Assert.False((bool)keeper["oomKilled"]!);
        Assert.True(DateTimeOffset.Parse((string)keeper["startedAt"]!) <= DateTimeOffset.Parse((string)keeper["finishedAt"]!));
        Assert.Equal("stopped", container.Status);
        Eventually.True(() => container.KeeperPid() == 0, "the keeper does not end");
        // Kept until delete.
        Assert.Equal($"{code}\n", container.Wait().Exits(code).Stdout);
        container.Delete().Ok();
        Leftovers.AssertNone(container);
        Assert.Contains("container does not exist", container.Wait().Exits(255).Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Killed_for_memory_is_recorded()
    {
        Requires.CgroupV1("memory/memory.limit_in_bytes");
        using Container container = new();
        container.Bundle.Shell("tail /dev/zero").Linux["resources"] = new JsonObject { ["memory"] = new JsonObject { ["limit"] = 16 << 20 } };
        container.Run("--supervise").Ok();
        container.Wait().Fails();
        Assert.True((bool)container.Keeper()["oomKilled"]!);
    }

    /// <summary>Engines and scripts read these members; others see what runc prints.</summary>
    [Fact]
    public void Without_a_keeper_nothing_is_added()
    {
        using Container plain = new();
        plain.Bundle.Shell("sleep 100");
        plain.Run("--detach").Ok();
        Assert.Null(plain.State()["keeper"]);
        using Container kept = Kept.Supervise("sleep 100");
        Assert.DoesNotContain("keeper", kept.Runtime.Run("list", "--format", "json").Ok().Stdout, StringComparison.Ordinal);
        string[] members = [.. plain.State().AsObject().Select(member => member.Key)];
        Assert.Equal([.. members, "keeper"], kept.State().AsObject().Select(member => member.Key));
        foreach (string[] command in (string[][])[["wait"], ["attach"]])
            Assert.Contains("has no keeper: only run --supervise starts one", plain.Runtime.Run([.. command, plain.Id]).Exits(255).Stderr, StringComparison.Ordinal);
        Assert.Contains("has no keeper", plain.Logs().Exits(1).Stderr, StringComparison.Ordinal);
    }

    /// <summary>The error is that of run, once, and nothing is left.</summary>
    [Theory]
    [InlineData("/nosuch")]
    [InlineData("nosuch")]
    public void A_program_that_is_missing_is_reported(string program)
    {
        using Container container = new();
        container.Bundle.Args(program);
        string expected = container.Scrub(container.Run("--detach").Exits(1).Stderr);
        Assert.Equal(expected, container.Scrub(container.Run("--supervise").Exits(1).Stderr));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_program_that_the_kernel_refuses_is_reported()
    {
        using Container container = new();
        container.Bundle.Put("bad", "\x7f" + "ELF", executable: true);
        container.Bundle.Args("/bad");
        string expected = container.Scrub(container.Run("--detach").Exits(1).Stderr);
        container.Delete("--force");
        Assert.Equal(expected, container.Scrub(container.Run("--supervise").Exits(1).Stderr));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_config_that_is_wrong_is_reported_in_the_log_as_by_run()
    {
        using Container container = new();
        container.Bundle.Shell("true").Process["cwd"] = "tmp";
        container.Runtime.GlobalOptions = ["--log", container.Path("log.json"), "--log-format", "json"];
        Result result = container.Run("--supervise").Exits(1);
        Assert.StartsWith("runcs run failed: process.cwd: must be an absolute path", result.Stderr, StringComparison.Ordinal);
        Assert.Contains("process.cwd", (string)JsonNode.Parse(File.ReadAllText(container.Path("log.json")))!["msg"]!, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_warning_is_printed_once_by_the_command()
    {
        using Container container = new();
        container.Bundle.Shell("true").Config["Annotations"] = new JsonObject();
        string expected = container.Scrub(container.Run("--detach").Ok().Stderr);
        Assert.Contains("Annotations", expected, StringComparison.Ordinal);
        container.Delete("--force").Ok();
        Assert.Equal(expected, container.Scrub(container.Run("--supervise").Ok().Stderr));
    }

    [Fact]
    public void An_id_that_is_taken_is_refused_and_the_container_stays()
    {
        using Container container = Kept.Supervise("sleep 100");
        int pid = container.Pid;
        Assert.Contains("container with given ID already exists", container.Run("--supervise").Exits(1).Stderr, StringComparison.Ordinal);
        Assert.Equal(pid, container.Pid);
        Assert.True(Kept.IsAlive(container.KeeperPid()));
    }

    [Theory]
    [InlineData("--interactive needs --supervise", "--interactive")]
    [InlineData("--restart needs --supervise", "--restart", "always")]
    [InlineData("--log-driver needs --supervise", "--log-driver", "none")]
    [InlineData("--restart must be no, on-failure", "--supervise", "--restart", "never")]
    [InlineData("--log-driver must be k8s-file", "--supervise", "--log-driver", "journald")]
    [InlineData("--log-opt must be path=FILE", "--supervise", "--log-opt", "tag=a")]
    [InlineData("--console-socket is not for --supervise", "--supervise", "--console-socket", "/nosuch")]
    [InlineData("--log-opt: openat(2) on \"/nosuch/log\"", "--supervise", "--log-opt", "path=/nosuch/log")]
    public void Flags_are_checked(string expected, params string[] options)
    {
        using Container container = new();
        container.Bundle.Shell("true");
        Assert.Contains(expected.Replace(" ", "", StringComparison.Ordinal), container.Run(options).Exits(1).Stderr.Replace(": ", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal).Replace("openat", ":openat", StringComparison.Ordinal), StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void The_pid_file_and_preserved_descriptors_are_as_with_run()
    {
        using Container container = new();
        container.Bundle.Shell("cat <&3; sleep 100");
        container.Bundle.Write();
        string file = container.Path("passed");
        File.WriteAllText(file, "passed on\n");
        string[] command = container.Runtime.CommandLine("run", "--supervise", "--preserve-fds", "1", "--pid-file", container.Path("pid"), "--bundle", container.Bundle.Directory, container.Id);
        Command.Run("sh", "-c", $"exec \"$@\" 3<{file}", "sh", command[0], command[1], command[2], command[3], command[4], command[5], command[6], command[7], command[8], command[9], command[10], command[11]).Ok();
        Assert.Equal($"{container.Pid}", File.ReadAllText(container.Path("pid")));
        container.WaitForLog("passed on");
    }

    /// <summary>What a hook of create takes its time for is undone when the user interrupts the command.</summary>
    [Theory]
    [InlineData(SIGINT)]
    [InlineData(SIGKILL)]
    public void An_interrupted_command_leaves_nothing(int signal)
    {
        using Container container = new();
        string marker = container.Path("hook");
        container.Bundle.Shell("true").Config["hooks"] = new JsonObject
        {
            ["createRuntime"] = new JsonArray(new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", $"touch {marker}; sleep 20") }),
        };
        using RunningCommand command = container.StartRun("--supervise");
        Eventually.True(() => File.Exists(marker), "the hook does not run");
        command.Signal(signal);
        if (signal == SIGINT) Assert.Contains("interrupted by a signal", command.Wait().Exits(1).Stderr, StringComparison.Ordinal);
        else Leftovers.AssertNone(container);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void The_orphans_of_a_container_without_a_pid_namespace_are_ended_and_reaped()
    {
        using Container container = Kept.Supervise("(sleep 1 & exec true); sleep 1000 & echo $!; exit 3");
        container.Delete("--force").Ok();
        using Container shared = new();
        shared.Bundle.Namespace("pid").Shell("setsid sleep 1000 & echo up; exit 3");
        shared.Run("--supervise").Ok();
        Assert.Equal("3\n", shared.Wait().Exits(3).Stdout);
        Assert.Equal("up\n", shared.Logs().Ok().Stdout);
        Assert.Empty(Leftovers.Processes(shared.Id));
    }

    // A signal to the first process of a pid namespace from inside is ignored (pid_namespaces(7)).
    private static Container Unprotected(string script)
    {
        Container container = new();
        container.Bundle.Namespace("pid").Shell(script);
        container.Run("--supervise").Ok();
        return container;
    }
}
