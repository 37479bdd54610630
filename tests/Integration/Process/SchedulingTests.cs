// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config.md, "Linux Process" (scheduler, ioPriority, execCPUAffinity), and config-linux.md, "Memory policy" and "Personality".</summary>
public class SchedulingTests
{
    public SchedulingTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    // The fields of proc_pid_stat(5): nice, rt_priority, policy.
    [Theory]
    [InlineData("""{"policy":"SCHED_OTHER","nice":7}""", "7 0 0")]
    [InlineData("""{"policy":"SCHED_OTHER"}""", "0 0 0")]
    [InlineData("""{"policy":"SCHED_BATCH","nice":-3}""", "-3 0 3")]
    [InlineData("""{"policy":"SCHED_IDLE"}""", "5 0 5")]
    [Requirement("config/scheduler-nice-default", "config/scheduler-priority-default")]
    public void The_program_is_scheduled_as_the_config_says(string scheduler, string shown)
    {
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/self/stat").Process["scheduler"] = JsonNode.Parse(scheduler);
        // An unset value is 0, whatever the caller has; but the kernel lets SCHED_IDLE keep it.
        container.Runtime.Tracer = ["nice", "-n", "5"];
        Assert.Equal(shown, Fields(container.Run().Ok().Stdout, 19, 40, 41));
    }

    [Theory]
    [InlineData("SCHED_FIFO", 1)]
    [InlineData("SCHED_RR", 2)]
    public void Real_time_takes_the_cgroups_leave(string policy, int number)
    {
        using Container container = new();
        container.Bundle.Args("/bin/cat", "/proc/self/stat").Process["scheduler"] = Scheduler(policy, 42);
        bool groups = File.Exists("/sys/fs/cgroup/cpu/cpu.rt_runtime_us");
        if (groups)
        {
            string error = container.Create().Fails().Stderr;
            Assert.Contains($"process.scheduler: sched_setattr(2) on \\\"{policy}\\\": operation not permitted (EPERM); ", error, StringComparison.Ordinal);
            Assert.Contains("linux.resources.cpu.realtimeRuntime", error, StringComparison.Ordinal);
            Leftovers.AssertNone(container);
            container.Bundle.Linux["resources"]!["cpu"] = new JsonObject { ["realtimePeriod"] = 1000000, ["realtimeRuntime"] = 1000 };
        }
        Assert.Equal($"0 42 {number}", Fields(container.Run().Ok().Stdout, 19, 40, 41));
    }

    [Fact]
    public void A_deadline_is_set_and_its_flags_hold_for_children()
    {
        Requires.Program("chrt");
        using Container container = new();
        JsonObject scheduler = new() { ["policy"] = "SCHED_DEADLINE", ["runtime"] = 100000, ["deadline"] = 2000000, ["period"] = 3000000 };
        container.Bundle.Args("/bin/sleep", "100").Process["scheduler"] = scheduler;
        container.Create().Ok();
        string[] lines = Command.Run("chrt", "-p", $"{container.Pid}").Ok().Stdout.Split('\n');
        Assert.EndsWith(": SCHED_DEADLINE", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(": 100000/2000000/3000000", lines.Single(line => line.Contains("runtime", StringComparison.Ordinal)), StringComparison.Ordinal);
        container.Delete("--force").Ok();

        // Without the flag the shell could not fork (sched(7)).
        scheduler["flags"] = new JsonArray("SCHED_FLAG_RESET_ON_FORK");
        container.Bundle.Args("/bin/sh", "-c", "cat /proc/self/stat; cat /proc/$$/stat");
        string[] stats = container.Run().Ok().Stdout.Split('\n');
        Assert.Equal(["0", "6"], [Fields(stats[0], 41), Fields(stats[1], 41)]);
    }

    [Fact]
    public void A_deadline_does_not_keep_init_from_joining_a_pod()
    {
        Requires.Program("chrt");
        using Container first = new();
        first.Bundle.Args("/bin/sleep", "100");
        first.Up();
        using Container second = new();
        second.Bundle.Args("/bin/cat", "/proc/self/stat").Namespace("pid", $"/proc/{first.Pid}/ns/pid");
        second.Bundle.Process["scheduler"] = new JsonObject { ["policy"] = "SCHED_DEADLINE", ["runtime"] = 100000, ["deadline"] = 2000000 };
        Assert.Equal("6", Fields(second.Run().Ok().Stdout, 41));
    }

    [Fact]
    public void Missing_kernel_support_is_reported_by_path()
    {
        using Container container = new();
        container.Bundle.Process["scheduler"] = new JsonObject { ["policy"] = "SCHED_ISO" };
        Assert.Contains("process.scheduler: sched_setattr(2) on \\\"SCHED_ISO\\\": invalid argument (EINVAL)", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Hooks_run_as_the_caller_does()
    {
        using Container container = new();
        string seen = container.Path("seen");
        container.Bundle.Process["scheduler"] = new JsonObject { ["policy"] = "SCHED_IDLE", ["nice"] = 9 };
        container.Bundle.Config["hooks"] = new JsonObject
        {
            ["createRuntime"] = FaultTests.Hook($"cat /proc/self/stat >{seen}"),
            ["createContainer"] = FaultTests.Hook($"cat /proc/self/stat >>{seen}"),
        };
        container.Run().Ok();
        Assert.All(File.ReadAllLines(seen), line => Assert.Equal("0 0", Fields(line, 19, 41)));
        Assert.Equal(2, File.ReadAllLines(seen).Length);
    }

    // Its root has no permission; the runtime has.
    [Fact]
    public void In_a_user_namespace_the_hosts_right_counts()
    {
        using Container container = new();
        ProcessTests.NewUserNamespace(container.Bundle);
        container.Bundle.Args("/bin/sh", "-c", "cat /proc/self/stat; ionice").Process["scheduler"] = new JsonObject { ["policy"] = "SCHED_OTHER", ["nice"] = -7 };
        container.Bundle.Process["ioPriority"] = new JsonObject { ["class"] = "IOPRIO_CLASS_RT", ["priority"] = 1 };
        container.Bundle.Linux["memoryPolicy"] = new JsonObject { ["mode"] = "MPOL_LOCAL" };
        container.Bundle.Linux["personality"] = new JsonObject { ["domain"] = "LINUX32" };
        string[] lines = container.Run().Ok().Stdout.Split('\n');
        Assert.Equal("-7 0 0", Fields(lines[0], 19, 40, 41));
        Assert.StartsWith("realtime: prio 1", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IOPRIO_CLASS_RT", 2, "realtime: prio 2")]
    [InlineData("IOPRIO_CLASS_BE", 6, "best-effort: prio 6")]
    [InlineData("IOPRIO_CLASS_IDLE", 0, "idle")]
    public void The_io_priority_holds_for_the_program_and_its_children(string name, int level, string shown)
    {
        using Container container = new();
        container.Bundle.Args("/bin/sh", "-c", "ionice -p 1; ionice").Process["ioPriority"] = new JsonObject { ["class"] = name, ["priority"] = level };
        Assert.All(container.Run().Ok().Stdout.TrimEnd().Split('\n'), line => Assert.StartsWith(shown, line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"mode":"MPOL_BIND","nodes":"0"}""", "bind:0")]
    [InlineData("""{"mode":"MPOL_INTERLEAVE","nodes":"0"}""", "interleave:0")]
    [InlineData("""{"mode":"MPOL_INTERLEAVE","nodes":"0","flags":["MPOL_F_STATIC_NODES"]}""", "interleave=static:0")]
    [InlineData("""{"mode":"MPOL_PREFERRED","nodes":"0"}""", "prefer:0")]
    [InlineData("""{"mode":"MPOL_LOCAL"}""", "local")]
    [InlineData("""{"mode":"MPOL_DEFAULT"}""", "default")]
    public void The_memory_policy_is_the_programs(string policy, string shown)
    {
        Requires.That(File.Exists("/proc/self/numa_maps"), "needs a kernel with NUMA");
        using Container container = new();
        container.Bundle.Args("/bin/head", "-n", "1", "/proc/self/numa_maps").Linux["memoryPolicy"] = JsonNode.Parse(policy);
        Assert.Equal(shown, container.Run().Ok().Stdout.Split(' ')[1]);
    }

    [Fact]
    public void Missing_memory_nodes_are_reported_by_their_path()
    {
        Requires.That(File.Exists("/proc/self/numa_maps"), "needs a kernel with NUMA");
        using Container container = new();
        container.Bundle.Linux["memoryPolicy"] = new JsonObject { ["mode"] = "MPOL_BIND", ["nodes"] = "63" };
        Assert.Contains("linux.memoryPolicy: set_mempolicy(2): invalid argument (EINVAL)", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData("LINUX", "x86_64")]
    [InlineData("LINUX32", "i686")]
    public void The_personality_is_the_programs(string domain, string machine)
    {
        using Container container = new();
        container.Bundle.Args("/bin/uname", "-m").Linux["personality"] = new JsonObject { ["domain"] = domain };
        Assert.Equal(machine + "\n", container.Run().Ok().Stdout);
    }

    // The cgroup's cpuset decides the container's CPUs, not the mask of the runtime's caller.
    [Fact]
    public void The_callers_cpus_are_not_the_containers()
    {
        Requires.Cpus(0, 1);
        using Container container = new();
        container.Bundle.Args("/bin/grep", "Cpus_allowed_list", "/proc/self/status");
        string all = container.Run().Ok().Stdout;
        container.Runtime.Tracer = ["taskset", "-c", "0"];
        Assert.NotEqual("Cpus_allowed_list:\t0\n", all);
        Assert.Equal(all, container.Run().Ok().Stdout);
        container.Bundle.Linux["resources"]!["cpu"] = new JsonObject { ["cpus"] = "1" };
        Assert.Equal("Cpus_allowed_list:\t1\n", container.Run().Ok().Stdout);
    }

    // config.md, "Linux Process": not applicable to the container's init.
    [Fact]
    public void The_affinity_of_an_exec_is_not_inits()
    {
        using Container container = new();
        container.Bundle.Args("/bin/grep", "Cpus_allowed_list", "/proc/self/status");
        string all = container.Run().Ok().Stdout;
        container.Bundle.Process["execCPUAffinity"] = new JsonObject { ["initial"] = "0", ["final"] = "0" };
        Assert.Equal(all, container.Run().Ok().Stdout);
        container.Bundle.Process["execCPUAffinity"] = new JsonObject { ["initial"] = "0-a" };
        Assert.Contains("process.execCPUAffinity.initial: ", container.Create().Fails().Stderr, StringComparison.Ordinal);
    }

    private static JsonObject Scheduler(string policy, int priority) => new() { ["policy"] = policy, ["priority"] = priority };

    // Numbered as in proc_pid_stat(5), where the second is the name in parentheses.
    private static string Fields(string stat, params int[] numbers)
    {
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ', '\n');
        return string.Join(' ', numbers.Select(number => fields[number - 3]));
    }
}
