// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary><c>update</c> on cgroup v2, where the config's values are converted.</summary>
public class UpdateV2Tests
{
    public UpdateV2Tests()
    {
        Requires.Root();
        Requires.CgroupV2Controllers("memory", "cpu", "cpuset", "pids");
    }

    [Fact]
    public void Each_flag_is_in_the_kernels_file()
    {
        using Container container = Up();
        Update(container, "--memory", "64m", "--memory-swap", "80m", "--memory-reservation", "32m", "--cpu-share", "1024", "--cpu-quota", "30000", "--cpu-burst", "5000",
            "--cpuset-cpus", "0", "--cpuset-mems", "0", "--pids-limit", "17").Ok();
        Assert.Equal("67108864 16777216 33554432 100 30000 100000 5000 0 0 17",
            Values(container, "memory.max", "memory.swap.max", "memory.low", "cpu.weight", "cpu.max", "cpu.max.burst", "cpuset.cpus", "cpuset.mems", "pids.max"));
        Update(container, "--cpu-period", "200000").Ok();
        Assert.Equal("30000 200000", Values(container, "cpu.max"));
        Update(container, "--cpu-burst", "0", "--cpu-quota", "-1", "--cpu-idle", "1", "--pids-limit", "-1", "--memory-swap", "-1").Ok();
        Assert.Equal("max 200000 1 max max 67108864", Values(container, "cpu.max", "cpu.idle", "pids.max", "memory.swap.max", "memory.max"));
        Update(container, "--memory", "-1", "--cpu-idle", "0").Ok();
        Assert.Equal("max max 0", Values(container, "memory.max", "memory.swap.max", "cpu.idle"));
    }

    // The kernel stores only swap: the limit of both together is in the container's record.
    [Fact]
    public void Memory_alone_leaves_memory_and_swap_together_as_they_are()
    {
        using Container container = Up();
        Update(container, "--memory", "80m").Ok();
        Assert.Equal("83886080 117440512", Values(container, "memory.max", "memory.swap.max"));
        Update(container, "--memory-swap", "100m").Ok();
        Assert.Equal("83886080 20971520", Values(container, "memory.max", "memory.swap.max"));
        Update(container, "--memory", "100m").Ok();
        Assert.Equal("104857600 0", Values(container, "memory.max", "memory.swap.max"));
        Assert.Equal("--memory: must be at most the limit of memory and swap together that is set (104857600), got 115343360: raise --memory-swap too",
            ErrorMessage.Of(Update(container, "--memory", "110m")));
    }

    [Fact]
    [Requirement("config-linux/memory-check-before-update")]
    public void A_limit_below_what_is_in_use_is_refused_where_that_is_asked_for()
    {
        using Container container = Up("dd if=/dev/zero of=/dev/shm/x bs=1M count=12; echo > /shared/up; exec sleep 100");
        Eventually.True(() => File.Exists(container.Path("shared/up")), "the program has its memory");
        Result result = container.Runtime.Run(Options.Default with { Stdin = Encoding.UTF8.GetBytes("""{"memory": {"limit": 8388608, "checkBeforeUpdate": true}, "pids": {"limit": 5}}""") },
            "update", "--resources=-", container.Id);
        Assert.StartsWith("resources.memory.limit: 8388608 is not above the current usage (", ErrorMessage.Of(result), StringComparison.Ordinal);
        Assert.Equal("100 100663296", Values(container, "pids.max", "memory.max"));
        Assert.Equal("running", container.Status);
    }

    [Fact]
    public void Files_by_name_and_their_undoing()
    {
        using Container container = Up();
        Update(container, """{"unified": {"memory.high": "50331648", "pids.max": "44"}}""").Ok();
        Assert.Equal("50331648 44", Values(container, "memory.high", "pids.max"));
        string refusal = ErrorMessage.Of(Update(container, """{"pids": {"limit": 7}, "unified": {"memory.high": "many"}}"""));
        Assert.StartsWith("resources.unified[\"memory.high\"]: \"many\": write(2) on \"memory.high\": invalid argument (EINVAL)", refusal, StringComparison.Ordinal);
        Assert.Equal("50331648 44", Values(container, "memory.high", "pids.max"));
        Assert.Equal("resources.memory.swappiness: cgroup v2 has no swappiness", ErrorMessage.Of(Update(container, """{"memory": {"swappiness": 10}}""")));
    }

    [Fact]
    public void A_limit_holds_at_once()
    {
        using Container container = Up("while ! [ -e /shared/go ]; do sleep 0.05; done; echo > /shared/forked");
        Update(container, "--pids-limit", "1").Ok();
        container.WaitForStatus("stopped");
        Assert.False(File.Exists(container.Path("shared/forked")));
    }

    private static Result Update(Container container, string document) =>
        container.Runtime.Run(Options.Default with { Stdin = Encoding.UTF8.GetBytes(document) }, "update", "-r", "-", container.Id);

    private static Result Update(Container container, params string[] flags) => container.Runtime.Run(["update", .. flags, container.Id]);

    private static string Values(Container container, params string[] files) =>
        string.Join(' ', files.Select(file => File.ReadAllText($"/sys/fs/cgroup/{container.Id}/{file}").TrimEnd('\n')));

    private static Container Up(string script = "exec sleep 100")
    {
        Container container = new();
        container.Bundle.Linux["cgroupsPath"] = $"/{container.Id}";
        container.Bundle.Mount("/shared", "bind", Directory.CreateDirectory(container.Path("shared")).FullName, "bind").Shell(script);
        JsonNode resources = container.Bundle.Linux["resources"]!;
        resources["memory"] = new JsonObject { ["limit"] = 96 << 20, ["swap"] = 192 << 20 };
        resources["cpu"] = new JsonObject { ["quota"] = 50000, ["period"] = 100000 };
        resources["pids"] = new JsonObject { ["limit"] = 100 };
        return container.Up();
    }
}
