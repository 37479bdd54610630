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
    [InlineData("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop")]
    [InlineData("startContainer", "poststart", "poststop")]
    public void Hooks_in_the_runtimes_namespaces_have_the_callers_and_hooks_of_the_container_all(params string[] kinds)
    {
        using Container container = new();
        string shared = Directory.CreateDirectory(container.Path("shared")).FullName, log = Path.Combine(shared, "log");
        container.Bundle.Mount("/shared", "bind", shared, "bind");
        foreach (string kind in kinds)
        {
            string file = kind == "startContainer" ? "/shared/log" : log;
            JsonObject hook = new() { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", $"echo {kind} $(grep {Field} /proc/self/status | cut -f2) >> {file}") };
            JsonNode all = container.Bundle.Config["hooks"] ??= new JsonObject();
            all[kind] = new JsonArray(hook);
        }
        container.Runtime.Prefix = ["taskset", "-c", "1"];
        container.Run().Ok();
        Assert.Equal(kinds.Select(kind => $"{kind} {(kind is "createContainer" or "startContainer" ? All : "1")}"), File.ReadAllLines(log));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0-1")]
    public void A_command_that_waits_for_the_program_has_its_callers(string cpus)
    {
        using Container container = new();
        container.Bundle.Shell("echo up; exec sleep 100");
        container.Runtime.Tracer = ["taskset", "-c", cpus];
        using RunningCommand run = container.StartRun();
        run.WaitForStdout("up");
        Assert.Equal(cpus, Of($"{run.Pid}"));
        using RunningCommand exec = container.Runtime.Start("exec", container.Id, "sh", "-c", "echo up; exec sleep 100");
        exec.WaitForStdout("up");
        Assert.Equal(cpus, Of($"{exec.Pid}"));
    }

    [Fact]
    public void The_keeper_has_its_callers()
    {
        Requires.Runcs();
        using Container container = Kept.Supervise("echo up; exec sleep 100");
        container.WaitForLog("up");
        Assert.Equal(All, Of($"{container.KeeperPid()}"));
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

    private static string Of(string process) => File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(Field, StringComparison.Ordinal)).Split('\t')[1];
}
