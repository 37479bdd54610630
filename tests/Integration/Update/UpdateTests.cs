// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary><c>update</c> on cgroup v1; <see cref="UpdateV2Tests"/> has the differences of v2.</summary>
[OnAnyRuntime]
public class UpdateTests
{
    public UpdateTests()
    {
        Requires.Root();
        Requires.CgroupV1("memory/memory.memsw.limit_in_bytes"); // the container of these tests has such a limit
    }

    [Theory]
    [InlineData("memory/memory.limit_in_bytes", "67108864", "--memory", "67108864")]
    [InlineData("memory/memory.limit_in_bytes", "67108864", "--memory", "64m")]
    [InlineData("memory/memory.limit_in_bytes", "67108864", "--memory=65536KiB")]
    [InlineData("memory/memory.soft_limit_in_bytes", "33554432", "--memory-reservation", "32MB")]
    [InlineData("memory/memory.memsw.limit_in_bytes", "201326592", "--memory", "128M", "--memory-swap", "192M")]
    [InlineData("memory/memory.limit_in_bytes", "9223372036854771712", "--memory", "-1")]
    [InlineData("memory/memory.memsw.limit_in_bytes", "9223372036854771712", "--memory", "-1")]
    [InlineData("memory/memory.memsw.limit_in_bytes", "9223372036854771712", "--memory-swap", "-1")]
    [InlineData("cpu/cpu.shares", "512", "--cpu-share", "512")]
    [InlineData("cpu/cpu.cfs_quota_us", "30000", "--cpu-quota", "30000")]
    [InlineData("cpu/cpu.cfs_quota_us", "-1", "--cpu-quota", "-1")]
    [InlineData("cpu/cpu.cfs_period_us", "200000", "--cpu-period", "200000")]
    [InlineData("cpuset/cpuset.cpus", "0", "--cpuset-cpus", "0")]
    [InlineData("cpuset/cpuset.mems", "0", "--cpuset-mems", "0")]
    [InlineData("pids/pids.max", "17", "--pids-limit", "17")]
    [InlineData("pids/pids.max", "max", "--pids-limit", "-1")]
    [InlineData("blkio/blkio.bfq.weight", "300", "--blkio-weight", "300")]
    public void A_flag_is_a_limit(string file, string value, params string[] flags)
    {
        using Container container = Up();
        Result result = Update(container, flags).Ok();
        Assert.Equal("", result.Stdout + result.Stderr);
        Assert.Equal(value, Value(container, file));
    }

    [Theory]
    [InlineData("cpu/cpu.idle", "1", "--cpu-idle", "1")]
    [InlineData("cpu/cpu.cfs_burst_us", "5000", "--cpu-burst", "5000")]
    public void A_flag_of_newer_kernels_is_a_limit(string file, string value, params string[] flags)
    {
        Requires.Runcs(); // runc since 1.2
        Requires.CgroupV1(file);
        using Container container = Up();
        Update(container, flags).Ok();
        Assert.Equal(value, Value(container, file));
    }

    [Fact]
    public void Unset_limits_stay_unchanged()
    {
        using Container container = Up();
        Update(container, "--pids-limit", "9").Ok();
        Assert.Equal(("100663296", "201326592", "9", "700", "50000", "100000"), (Value(container, "memory/memory.limit_in_bytes"),
            Value(container, "memory/memory.memsw.limit_in_bytes"), Value(container, "pids/pids.max"), Value(container, "cpu/cpu.shares"),
            Value(container, "cpu/cpu.cfs_quota_us"), Value(container, "cpu/cpu.cfs_period_us")));
    }

    // memory.memsw may at no time be below memory.limit.
    [Fact]
    public void Memory_and_swap_go_up_and_down_together()
    {
        using Container container = Up();
        foreach ((int memory, int swap) in ((int, int)[])[(300, 600), (20, 20), (150, 160), (160, 1000), (900, 950), (30, 40)])
        {
            Update(container, "--memory", $"{memory}m", "--memory-swap", $"{swap}m").Ok();
            Assert.Equal(($"{(long)memory << 20}", $"{(long)swap << 20}"), (Value(container, "memory/memory.limit_in_bytes"), Value(container, "memory/memory.memsw.limit_in_bytes")));
        }
        Update(container, "--memory", "-1").Ok();
        Update(container, "--memory", "64m", "--memory-swap", "64m").Ok();
        Assert.Equal("67108864", Value(container, "memory/memory.memsw.limit_in_bytes"));
    }

    [Fact]
    public void Quota_and_period_may_be_set_one_by_one()
    {
        using Container container = Up();
        Update(container, "--cpu-period", "20000", "--cpu-quota", "10000").Ok();
        Update(container, "--cpu-quota", "400000").Ok();
        Update(container, "--cpu-period", "1000000").Ok();
        Assert.Equal(("400000", "1000000"), (Value(container, "cpu/cpu.cfs_quota_us"), Value(container, "cpu/cpu.cfs_period_us")));
    }

    [Theory]
    [InlineData("file")]
    [InlineData("equals")]
    [InlineData("stdin")]
    [InlineData("stdin-equals")]
    public void Resources_come_as_a_document_too(string how)
    {
        const string Document = """
            {"memory": {"limit": 83886080, "reservation": 0, "swap": 0, "kernel": 0}, "cpu": {"shares": 300, "quota": 0, "cpus": "0"}, "pids": {"limit": 11},
             "blockIO": {"weight": 0}, "devices": [{"allow": false, "access": "rwm"}], "unknown": {}}
            """;
        using Container container = Up();
        string devices = Value(container, "devices/devices.list");
        File.WriteAllText(container.Path("resources.json"), Document);
        Options options = Options.Default with { Stdin = how.StartsWith("stdin", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(Document) : [] };
        string[] flags = how switch
        {
            "file" => ["-r", container.Path("resources.json"), "--memory", "1"],
            "equals" => [$"--resources={container.Path("resources.json")}"],
            "stdin" => ["--resources", "-"],
            _ => ["--resources=-"],
        };
        Result result = container.Runtime.Run(options, ["update", .. flags, container.Id]).Ok();
        Assert.Equal("", result.Stdout + result.Stderr);
        Assert.Equal(("83886080", "201326592", "300", "0", "11", devices), (Value(container, "memory/memory.limit_in_bytes"), Value(container, "memory/memory.memsw.limit_in_bytes"),
            Value(container, "cpu/cpu.shares"), Value(container, "cpuset/cpuset.cpus"), Value(container, "pids/pids.max"), Value(container, "devices/devices.list")));
    }

    [Fact]
    public void A_limit_holds_at_once()
    {
        using Container container = Up("while ! [ -e /shared/go ]; do sleep 0.01; done; (true) || true; echo > /shared/forked");
        Update(container, "--pids-limit", "1").Ok();
        Eventually.True(() => container.Status == "stopped", "it cannot fork and ends");
        Assert.False(File.Exists(container.Path("shared/forked")));
    }

    [Fact]
    public void Containers_that_have_not_stopped_get_other_limits()
    {
        using Container container = New("exec sleep 100");
        container.Create().Ok();
        Update(container, "--pids-limit", "20").Ok();
        Assert.Equal("20", Value(container, "pids/pids.max"));
        container.Start().Ok();
        container.Runtime.Run("pause", container.Id).Ok();
        Update(container, "--pids-limit", "21", "--memory", "64m", "--cpuset-cpus", "0").Ok();
        Assert.Equal("paused", container.Status);
        Assert.Equal(("21", "0"), (Value(container, "pids/pids.max"), Value(container, "cpuset/cpuset.cpus")));
        container.Runtime.Run("resume", container.Id).Ok();
        container.Kill("KILL").Ok();
        container.WaitForStatus("stopped");
        ErrorMessage.Is("container not running", Update(container, "--pids-limit", "22"));
        container.Delete().Ok();
        ErrorMessage.Is("container does not exist", Update(container, "--pids-limit", "22"));
    }

    [Fact]
    public void A_refused_limit_leaves_all_limits_unchanged()
    {
        Requires.Runcs(); // runc's error is Go's
        using Container container = Up();
        File.WriteAllText(container.Path("resources.json"), """{"cpu": {"shares": 300, "quota": 20000, "period": 40000, "cpus": "0"}, "memory": {"reservation": 1048576, "limit": 4096}, "pids": {"limit": 3}}""");
        string[] files = ["cpu/cpu.shares", "cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us", "cpuset/cpuset.cpus", "memory/memory.soft_limit_in_bytes", "memory/memory.limit_in_bytes", "pids/pids.max"];
        string[] before = [.. files.Select(file => Value(container, file))];
        Assert.Equal("resources.memory.limit: \"4096\": write(2) on \"memory.limit_in_bytes\": device or resource busy (EBUSY): the current usage is higher",
            ErrorMessage.Of(Update(container, "--resources", container.Path("resources.json"))));
        Assert.Equal(before, files.Select(file => Value(container, file)));
    }

    [Theory]
    [InlineData("not_a_size", "--memory", "12q")]
    [InlineData("a_negative_size", "--memory-swap", "-2")]
    [InlineData("not_a_number", "--cpu-quota", "much")]
    [InlineData("a_negative_number", "--cpu-period", "-1")]
    [InlineData("a_flag_that_is_no_number", "--pids-limit", "many")]
    [InlineData("swap_below_memory", "--memory", "64m", "--memory-swap", "32m")]
    [InlineData("memory_above_swap", "--memory", "1g")]
    [InlineData("many", "--cpu-share", "1", "--memory", "2m", "--memory-swap", "1m", "--cpu-idle", "2")]
    [InlineData("cpus_that_are_not_there", "--cpuset-cpus", "7000")]
    [InlineData("too_heavy", "--blkio-weight", "70000")]
    [InlineData("no_cache_allocation", "--l3-cache-schema", "L3:0=f")]
    [InlineData("no_bandwidth_allocation", "--mem-bw-schema", "MB:0=20")]
    [InlineData("no_bandwidth_schema", "--mem-bw-schema", "L3:0=20")]
    [InlineData("no_file", "--resources", "/nowhere/at/all")]
    [InlineData("no_json", "--resources", "-", "{\"memory\": ")]
    [InlineData("wrong_types", "--resources", "-", "{\"memory\": {\"limit\": \"1g\"}, \"pids\": 3}")]
    [InlineData("no_object", "--resources", "-", "[]")]
    [InlineData("in_the_document", "--resources", "-", "{\"memory\": {\"limit\": -7, \"swappiness\": 101}, \"unified\": {\"memory.max\": \"1\"}}")]
    public void Refused(string mistake, params string[] flags)
    {
        Requires.Runcs();
        using Container container = Up();
        byte[] input = [];
        if (flags.Length == 3 && flags[1] == "-") (input, flags) = (Encoding.UTF8.GetBytes(flags[2]), flags[..2]);
        Result result = container.Runtime.Run(Options.Default with { Stdin = input }, ["update", .. flags, container.Id]);
        Snapshot.Verify(container.Scrub(result.Exits(1).Stderr), mistake);
        Assert.Equal("100663296", Value(container, "memory/memory.limit_in_bytes"));
    }

    [Fact]
    public void Limits_of_kernel_memory_are_ignored()
    {
        using Container container = Up();
        Result result = Update(container, "--kernel-memory", "64m", "--kernel-memory-tcp", "16m", "--pids-limit", "5").Ok();
        Assert.Contains("Kernel memory settings are ignored and will be removed", result.Stderr, StringComparison.Ordinal);
        Assert.Equal("5", Value(container, "pids/pids.max"));
    }

    [Fact]
    public void A_class_of_service_gets_other_schemata() => FakeResctrl.Use(fake =>
    {
        Requires.Runcs(); // the fake is not resctrl's file system
        using Container container = New("exec sleep 100");
        container.Bundle.Linux["intelRdt"] = new JsonObject { ["l3CacheSchema"] = "L3:0=7f0;1=1f", ["memBwSchema"] = "MB:0=20;1=70" };
        container.Up();
        Update(container, "--l3-cache-schema", "L3:0=f;1=f0", "--mem-bw-schema", "MB:0=40", "--pids-limit", "8").Ok();
        Assert.Equal("    L2:0=ff;1=ff\n    L3:0=f;1=f0\n    MB:0=40;1=70\n", fake.Read(container.Id + "/schemata"));
        Assert.Equal("8", Value(container, "pids/pids.max"));

        Assert.Equal("--mem-bw-schema: write(2) on \"/sys/fs/resctrl/" + container.Id + "/schemata\": invalid argument (EINVAL): resctrl reports: Missing '=' or non-numeric domain",
            ErrorMessage.Of(Update(container, "--l3-cache-schema", "L3:0=ff", "--mem-bw-schema", "MB:7=40", "--pids-limit", "9")));
        Update(container, "--l3-cache-schema", "L3:0=ff", "--cpuset-cpus", "7000").Fails();
        Assert.Equal("    L2:0=ff;1=ff\n    L3:0=f;1=f0\n    MB:0=40;1=70\n", fake.Read(container.Id + "/schemata"));
        Assert.Equal("8", Value(container, "pids/pids.max"));

        using Container other = Up();
        Assert.Equal("updating a non-existent Intel RDT configuration is not supported", ErrorMessage.Of(Update(other, "--l3-cache-schema", "L3:0=ff")));
    });

    private static Result Update(Container container, params string[] flags) => container.Runtime.Run(["update", .. flags, container.Id]);

    private static string Value(Container container, string file) =>
        File.ReadAllText($"/sys/fs/cgroup/{file[..file.IndexOf('/', StringComparison.Ordinal)]}/{container.Id}{file[file.IndexOf('/', StringComparison.Ordinal)..]}").TrimEnd('\n');

    private static Container Up(string script = "exec sleep 100") => New(script).Up();

    private static Container New(string script)
    {
        Container container = new();
        container.Bundle.Linux["cgroupsPath"] = $"/{container.Id}";
        container.Bundle.Mount("/shared", "bind", Directory.CreateDirectory(container.Path("shared")).FullName, "bind").Shell(script);
        JsonNode resources = container.Bundle.Linux["resources"]!;
        resources["memory"] = new JsonObject { ["limit"] = 96 << 20, ["swap"] = 192 << 20 };
        resources["cpu"] = new JsonObject { ["shares"] = 700, ["quota"] = 50000, ["period"] = 100000 };
        resources["pids"] = new JsonObject { ["limit"] = 100 };
        return container;
    }
}
