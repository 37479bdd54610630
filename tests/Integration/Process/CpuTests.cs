// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// Which CPUs processes may use. A container and an added process are set up on the CPU of the command that makes them
/// (docs/decisions/0036); nothing of this may outlast the set-up.
/// </summary>
public class CpuTests
{
    private const string Field = "Cpus_allowed_list";

    public CpuTests()
    {
        Requires.Root();
        Requires.Cpus(0, 1);
    }

    private static string All { get; } = Of("self");

    // With hooks before pivot_root init runs beside its parent, without them the parent waits.
    [Theory]
    [InlineData("1", "prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop")]
    [InlineData("0-1", "prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop")]
    [InlineData("1", "startContainer", "poststart", "poststop")]
    [InlineData("0-1", "startContainer", "poststart", "poststop")]
    public void Hooks_of_the_runtime_have_its_callers_CPUs_and_those_of_the_container_all(string cpus, params string[] kinds)
    {
        using Container container = new();
        string log = Log(container);
        foreach (string kind in kinds)
            Add(container, kind, $"echo {kind} $(grep {Field} /proc/self/status | cut -f2) >> {(kind == "startContainer" ? "/shared/log" : log)}");
        container.Runtime.Prefix = ["taskset", "-c", cpus];
        container.Run().Ok();
        Assert.Equal(kinds.Select(kind => $"{kind} {(kind is "createContainer" or "startContainer" ? All : cpus)}"), File.ReadAllLines(log));
    }

    [Theory]
    [InlineData("prestart")]
    [InlineData("createRuntime")]
    [InlineData("createContainer")]
    public void A_hook_may_choose_the_CPUs_of_the_container(string kind)
    {
        using Container container = new();
        string state = kind == "createContainer" ? "pid=$PPID" : "pid=$(tr , '\\n' | sed -n 's/.*\"pid\": *\\([0-9]*\\).*/\\1/p')";
        Add(container, kind, $"{state}; taskset -p -c 1 $pid");
        container.Bundle.Args("/bin/grep", Field, "/proc/self/status");
        Assert.Equal($"{Field}:\t1\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_command_that_waits_for_the_program_has_its_callers_CPUs()
    {
        using Container container = new();
        container.Bundle.Shell("echo up; exec sleep 100");
        container.Runtime.Tracer = ["taskset", "-c", "0-1"];
        using RunningCommand run = container.StartRun();
        run.WaitForStdout("up");
        Eventually.True(() => Of($"{run.Pid}") == "0-1", () => $"run has {Of($"{run.Pid}")}");
        using RunningCommand exec = container.Runtime.Start("exec", container.Id, "sh", "-c", "echo up; exec sleep 100");
        exec.WaitForStdout("up");
        Eventually.True(() => Of($"{exec.Pid}") == "0-1", () => $"exec has {Of($"{exec.Pid}")}");
    }

    // An outer filter may have any of them.
    [Theory]
    [InlineData("EPERM")]
    [InlineData("EBUSY")]
    [InlineData("ENOSYS")]
    public void Where_the_call_is_refused_the_program_has_the_callers_CPUs(string error)
    {
        using Container container = new();
        container.Bundle.Args("/bin/grep", Field, "/proc/self/status");
        container.Runtime.Tracer = ["taskset", "-c", "1", .. Refusal.Of(error, "sched_setaffinity")];
        Result result = container.Run(Options.Default with { Pipes = true }).Ok();
        Assert.Equal($"{Field}:\t1\n", result.Stdout);
        Assert.Equal(1, result.Stderr.Split("inherits the CPU affinity of runcs").Length - 1);
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        Assert.Equal(result.Stdout, container.Exec("grep", Field, "/proc/self/status").Ok().Stdout);
    }

    // Its rights are those of the program then, and a filter may refuse the call.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_program_that_waits_for_its_start_has_all(bool filtered)
    {
        using Container container = new();
        if (filtered)
        {
            JsonObject refused = new() { ["names"] = new JsonArray("sched_setaffinity"), ["action"] = "SCMP_ACT_KILL_PROCESS" };
            container.Bundle.Linux["seccomp"] = new JsonObject { ["defaultAction"] = "SCMP_ACT_ALLOW", ["syscalls"] = new JsonArray(refused) };
        }
        container.Bundle.Process["noNewPrivileges"] = !filtered;
        container.Bundle.Args("/bin/sleep", "100");
        container.Runtime.Prefix = ["taskset", "-c", "0"];
        container.Create().Ok();
        Assert.Equal(All, Of($"{container.Pid}"));
        container.Start().Ok();
        Assert.Equal($"{Field}:\t{All}\n", container.Exec("grep", Field, "/proc/self/status").Ok().Stdout);
    }

    // A directory mounted on /shared inside; returns the path of its log outside.
    private static string Log(Container container)
    {
        string shared = Directory.CreateDirectory(container.Path("shared")).FullName;
        container.Bundle.Mount("/shared", "bind", shared, "bind");
        return Path.Combine(shared, "log");
    }

    private static void Add(Container container, string kind, string script)
    {
        JsonNode all = container.Bundle.Config["hooks"] ??= new JsonObject();
        all[kind] = new JsonArray(new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", script), ["env"] = new JsonArray("PATH=/usr/bin:/bin:/usr/sbin:/sbin") });
    }

    private static string Of(string process) => File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(Field, StringComparison.Ordinal)).Split('\t')[1];
}
