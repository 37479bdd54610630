// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config-linux.md, "Memory", "CPU" and "PIDs", on a machine whose only hierarchy has the controllers.</summary>
[OnAnyRuntime]
public class LimitsV2Tests
{
    public LimitsV2Tests()
    {
        Requires.Root();
        Requires.CgroupV2Controllers("memory", "cpu", "cpuset", "pids");
    }

    [Fact]
    public void Limits_are_in_the_kernels_files()
    {
        Requires.Cpus(1);
        using Container container = New("cd /sys/fs/cgroup; cat memory.max memory.low memory.swap.max cpu.max cpuset.cpus cpuset.mems pids.max");
        Resources(container)["memory"] = new JsonObject { ["limit"] = 64 << 20, ["reservation"] = 32 << 20, ["swap"] = 80 << 20 };
        Resources(container)["cpu"] = new JsonObject { ["quota"] = 50000, ["period"] = 200000, ["cpus"] = "1", ["mems"] = "0" };
        Resources(container)["pids"] = new JsonObject { ["limit"] = 20 };
        Assert.Equal("67108864\n33554432\n16777216\n50000 200000\n1\n0\n20\n", container.Run().Ok().Stdout);
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData(1024, 100)]
    [InlineData(2, 1)]
    [InlineData(262144, 10000)]
    public void Shares_are_a_weight(int shares, int weight)
    {
        Requires.Runcs(); // runc since 1.3.2
        using Container container = New("cat /sys/fs/cgroup/cpu.weight");
        Resources(container)["cpu"] = new JsonObject { ["shares"] = shares };
        Assert.Equal($"{weight}\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_program_on_few_processors_sees_no_other()
    {
        Requires.Cpus(1);
        using Container container = New("nproc; grep Cpus_allowed_list /proc/self/status | cut -f2");
        Resources(container)["cpu"] = new JsonObject { ["cpus"] = "1" };
        Assert.Equal("1\n1\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_program_over_the_memory_limit_is_killed()
    {
        using Container container = New("dd if=/dev/zero of=/dev/null bs=64M count=1; code=$?; grep '^oom_kill ' /sys/fs/cgroup/memory.events; exit $code");
        Resources(container)["memory"] = new JsonObject { ["limit"] = 32 << 20, ["swap"] = 32 << 20 };
        Assert.Equal("oom_kill 1\n", container.Run().Exits(128 + Libc.SIGKILL).Stdout);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void The_exit_code_of_run_shows_an_OOM_kill()
    {
        using Container container = New("exec dd if=/dev/zero of=/dev/null bs=64M count=1");
        Resources(container)["memory"] = new JsonObject { ["limit"] = 32 << 20, ["swap"] = 32 << 20 };
        container.Run().Exits(128 + Libc.SIGKILL);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_limit_too_small_for_any_runtime_is_not_too_small_for_its_program()
    {
        Requires.Runcs();
        using Container container = New("cat /sys/fs/cgroup/memory.max");
        Resources(container)["memory"] = new JsonObject { ["limit"] = 1 << 20 };
        Assert.Equal("1048576\n", container.Run().Ok().Stdout);
    }

    // The set-up's charges, and those ahead for each CPU, would have it killed.
    [Theory]
    [InlineData("""{"memory":{"limit":131072}}""")]
    [InlineData("""{"unified":{"memory.max":"131072"}}""")]
    public void A_program_of_few_pages_runs_with_128_KiB(string resources)
    {
        Requires.Runcs();
        using Container container = New("");
        container.Bundle.Args("/bin/true");
        container.Bundle.Linux["resources"] = JsonNode.Parse(resources);
        for (int run = 0; run < 5; run++) container.Run().Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_created_container_is_in_its_cgroup_whatever_the_limit()
    {
        Requires.Runcs();
        using Container container = New("cat /proc/self/cgroup /sys/fs/cgroup/memory.max");
        Resources(container)["memory"] = new JsonObject { ["limit"] = 512 << 10 };
        container.Create().Ok();
        Assert.Equal($"0::/{container.Id}\n", File.ReadAllText($"/proc/{container.Pid}/cgroup"));
        Assert.Equal("524288\n", File.ReadAllText($"/sys/fs/cgroup/{container.Id}/memory.max"));
        container.Delete("--force").Ok();
        Assert.Equal("0::/\n524288\n", container.Run().Ok().Stdout);
        Leftovers.AssertNone(container);
    }

    // They may change the cgroup in which they find the process.
    [Fact]
    public void Hooks_find_the_process_in_its_cgroup_whatever_the_limit()
    {
        Requires.Runcs();
        using Container container = New("true");
        Resources(container)["memory"] = new JsonObject { ["limit"] = 900 << 10 };
        string script = $"cat /proc/$(tr , '\\n' | sed -n 's/.*\"pid\": *\\([0-9]*\\).*/\\1/p')/cgroup > {container.Path("seen")}";
        container.Bundle.Config["hooks"] = new JsonObject
        {
            ["createRuntime"] = new JsonArray(new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", script), ["env"] = new JsonArray("PATH=/bin:/usr/bin") }),
        };
        container.Run().Ok();
        Assert.Equal($"0::/{container.Id}\n", File.ReadAllText(container.Path("seen")));
    }

    [Fact]
    public void There_are_no_more_processes_than_the_limit()
    {
        using Container container = New("sleep 100 & sleep 100 & sleep 100 & sleep 100 & sleep 100 & echo not reached");
        Resources(container)["pids"] = new JsonObject { ["limit"] = 4 };
        Result result = container.Run().Fails();
        Assert.Contains("can't fork", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("", result.Stdout);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_quota_holds_the_program_back()
    {
        using Container container = New("i=0; while [ $i -lt 3000 ]; do i=$((i + 1)); done; grep '^nr_throttled ' /sys/fs/cgroup/cpu.stat");
        Resources(container)["cpu"] = new JsonObject { ["quota"] = 1000, ["period"] = 50000 };
        Assert.NotEqual("nr_throttled 0\n", container.Run().Ok().Stdout);
    }

    // cgroup-v2.rst, "Threads": a cgroup with processes can have domain children only without controllers.
    [Fact]
    public void Below_a_cgroup_with_processes_there_are_the_limits_that_threads_can_have()
    {
        Requires.Runcs();
        using Container container = New("cat /sys/fs/cgroup/cgroup.type");
        using RunningCommand other = Command.Start(Options.Default, "sleep", "1000");
        string parent = Directory.CreateDirectory($"/sys/fs/cgroup/{container.Id}-parent").FullName;
        try
        {
            File.WriteAllText(parent + "/cgroup.procs", other.Pid.ToString());
            container.Bundle.Linux["cgroupsPath"] = $"/{container.Id}-parent/c";
            Assert.Equal("domain\n", container.Run().Ok().Stdout);

            Resources(container)["memory"] = new JsonObject { ["limit"] = 64 << 20 };
            Assert.Contains("linux.resources.memory.limit: ", ErrorMessage.Of(container.Run().Fails()), StringComparison.Ordinal);
            Assert.Equal("domain", File.ReadAllText(parent + "/cgroup.type").TrimEnd('\n'));

            Resources(container).AsObject().Remove("memory");
            Resources(container)["pids"] = new JsonObject { ["limit"] = 20 };
            container.Bundle.Shell("cat /sys/fs/cgroup/cgroup.type /sys/fs/cgroup/pids.max");
            Assert.Equal("threaded\n20\n", container.Run().Ok().Stdout);
        }
        finally
        {
            Assert.Equal(0, Libc.kill(other.Pid, Libc.SIGKILL));
            Leftovers.Remove(container.Id);
        }
    }

    private static Container New(string script)
    {
        Container container = new();
        container.Bundle.Linux["cgroupsPath"] = $"/{container.Id}";
        container.Bundle.Linux["namespaces"]!.AsArray().Add(new JsonObject { ["type"] = "cgroup" });
        container.Bundle.Shell(script);
        return container;
    }

    private static JsonNode Resources(Container container) => container.Bundle.Linux["resources"]!;
}
