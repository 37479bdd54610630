// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary><c>events</c>: stats, once or at an interval, and OOM events.</summary>
[OnAnyRuntime]
public class EventsTests
{
    public EventsTests() => Requires.Root();

    [Fact]
    public void The_stats_are_one_line_with_runcs_members()
    {
        using Container container = Up();
        Result result = container.Runtime.Run("events", "--stats", container.Id).Ok();
        Assert.Equal("", result.Stderr);
        Assert.EndsWith("}\n", result.Stdout, StringComparison.Ordinal);
        JsonNode line = JsonNode.Parse(Assert.Single(result.Stdout.TrimEnd('\n').Split('\n')))!;
        Assert.Equal(["type", "id", "data"], Names(line));
        Assert.Equal(("stats", container.Id), ((string)line["type"]!, (string)line["id"]!));
        JsonNode data = line["data"]!;
        Assert.Equal(["cpu", "cpuset", "memory", "pids", "blkio", "hugetlb", "intel_rdt", "network_interfaces"], Names(data));
        Assert.Null(data["network_interfaces"]);
        Assert.True((ulong)data["cpu"]!["usage"]!["total"]! > 0);
        Assert.Equal(1, (int)data["pids"]!["current"]!);
    }

    [Fact]
    public void The_stats_are_the_kernels()
    {
        Requires.CgroupV1("memory/memory.memsw.limit_in_bytes");
        using Container container = Up(memory: 64 << 20);
        container.Runtime.Run("pause", container.Id).Ok();
        JsonNode data = JsonNode.Parse(container.Runtime.Run("events", "--stats", container.Id).Ok().Stdout)!["data"]!;
        Assert.Equal(Value("memory/memory.limit_in_bytes"), (string)data["memory"]!["usage"]!["limit"]!.ToString());
        Assert.Equal(Value("memory/memory.max_usage_in_bytes"), data["memory"]!["usage"]!["max"]!.ToString());
        Assert.Equal(Value("cpuacct/cpuacct.usage"), data["cpu"]!["usage"]!["total"]!.ToString());
        Assert.Equal(Value("pids/pids.current"), data["pids"]!["current"]!.ToString());
        Assert.Equal(Value("memory/memory.stat").Split('\n').Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal), Names(data["memory"]!["raw"]!));

        string Value(string file)
        {
            string controller = file[..file.IndexOf('/', StringComparison.Ordinal)];
            return File.ReadAllText(Directory.GetDirectories($"/sys/fs/cgroup/{controller}", container.Id, SearchOption.AllDirectories).Single() + file[controller.Length..]).TrimEnd('\n');
        }
    }

    // Both read the cgroups of runc's container while it is paused: runcs through another container's record, changed to
    // these cgroups.
    [Fact]
    public void The_stats_equal_runcs_for_the_same_cgroups()
    {
        Requires.Runcs();
        Requires.CgroupV1("memory/memory.memsw.limit_in_bytes");
        Requires.Program("runc");
        using Container container = New("i=0; while [ $i -lt 1000 ]; do i=$((i + 1)); done; exec sleep 100", 64 << 20);
        string root = container.Path("runc"), id = container.Id;
        container.Bundle.Linux["cgroupsPath"] = $"/{id}-a";
        container.Up();
        container.Bundle.Linux["cgroupsPath"] = $"/{id}-b";
        container.Bundle.Write();
        Command.Run("runc", "--root", root, "run", "--detach", "--bundle", container.Bundle.Directory, id).Ok();
        string record = Path.Combine(container.Runtime.Root, id, "state.json"), text = File.ReadAllText(record);
        try
        {
            Command.Run("runc", "--root", root, "pause", id).Ok();
            File.WriteAllText(record, text.Replace($"/{id}-a", $"/{id}-b", StringComparison.Ordinal));
            // The charge still changes a little after the processes have ended.
            string before = "", runcs = "", after = "";
            Eventually.True(() =>
            {
                before = Command.Run("runc", "--root", root, "events", "--stats", id).Ok().Stdout;
                runcs = container.Runtime.Run("events", "--stats", id).Ok().Stdout;
                after = Command.Run("runc", "--root", root, "events", "--stats", id).Ok().Stdout;
                return before == after;
            }, "the stats no longer change");
            Assert.Equal(after, runcs);
        }
        finally
        {
            File.WriteAllText(record, text);
            Command.Run("runc", "--root", root, "delete", "--force", id).Ok();
        }
    }

    [Fact]
    [InGuest]
    public void Stats_come_at_the_interval_until_the_container_stops()
    {
        using Container container = Up();
        using RunningCommand events = container.Runtime.Start("events", "--interval", "10ms", container.Id);
        Eventually.True(() => events.Stdout.Count(next => next == '\n') >= 3, "three lines");
        container.Kill("KILL").Ok();
        container.WaitForStatus("stopped");
        if (!RuntimeUnderTest.IsRuncs) container.Delete().Ok(); // runc waits for the cgroup's end on v1
        Result result = events.Wait().Ok();
        Assert.Equal("", result.Stderr);
        Assert.All(result.Stdout.TrimEnd('\n').Split('\n'), line => Assert.Equal("stats", (string)JsonNode.Parse(line)!["type"]!));
    }

    [Fact]
    public void Events_waits_without_polling()
    {
        Requires.Runcs();
        using Container container = Up();
        string trace = container.Path("trace");
        container.Runtime.Tracer = Faults.Trace(trace);
        using RunningCommand events = container.Runtime.Start("events", "--interval", "1h", container.Id);
        Eventually.True(() => File.Exists(trace) && Faults.Count(trace, "poll") > 0, "it waits");
        Thread.Sleep(20);
        container.Runtime.Tracer = [];
        container.Kill("KILL").Ok();
        Assert.Equal("", events.Wait().Ok().Stdout);
        Assert.InRange(Faults.Count(trace, "poll"), 1, 3);
    }

    [Fact]
    public void OOM_events_are_printed()
    {
        Requires.CgroupV1("memory/memory.memsw.limit_in_bytes"); // on v2 see EventsV2Tests
        OfMemory.IsAnEvent();
    }

    [Fact]
    public void The_OOM_event_that_kills_the_container_is_printed_before_its_end()
    {
        Requires.Runcs();
        Requires.CgroupV1("memory/memory.memsw.limit_in_bytes");
        OfMemory.IsToldBeforeTheEnd();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0s")]
    [InlineData("-1s")]
    public void An_invalid_interval_is_refused(string interval)
    {
        using Container container = Up();
        Assert.Equal("duration interval must be greater than 0", ErrorMessage.Of(container.Runtime.Run("events", "--interval=" + interval, container.Id)));
    }

    [Fact]
    public void Missing_and_stopped_containers_are_refused()
    {
        using Container container = Up("true");
        container.WaitForStatus("stopped");
        Assert.Equal($"container with id {container.Id} is not running", ErrorMessage.Of(container.Runtime.Run("events", "--stats", container.Id)));
        Assert.Equal($"container with id {container.Id} is not running", ErrorMessage.Of(container.Runtime.Run("events", container.Id)));
        container.Delete().Ok();
        ErrorMessage.Is("container does not exist", container.Runtime.Run("events", container.Id));
        ErrorMessage.Is("invalid value \"5\" for flag -interval: parse error", container.Runtime.Run("events", "--interval", "5", container.Id));
    }

    [Fact]
    public void A_class_of_service_has_its_stats() => FakeResctrl.Use(fake =>
    {
        Requires.Runcs();
        using Container container = New("exec sleep 100");
        container.Bundle.Linux["intelRdt"] = new JsonObject { ["l3CacheSchema"] = "L3:0=7f0;1=1f", ["enableMonitoring"] = true };
        container.Up();
        string line = container.Runtime.Run("events", "--stats", container.Id).Ok().Stdout;
        Assert.Contains("\"intel_rdt\":{\"l3_cache_info\":{\"cbm_mask\":\"7ff\",\"min_cbm_bits\":1,\"num_closids\":8},\"l3_cache_schema_root\":\"L3:0=7ff;1=7ff\",\"l3_cache_schema\":\"L3:0=7f0;1=1f\","
            + "\"mem_bw_info\":{\"bandwidth_gran\":10,\"delay_linear\":1,\"min_bandwidth\":10,\"num_closids\":8},\"mem_bw_schema_root\":\"MB:0=100;1=100\",\"mem_bw_schema\":\"MB:0=100;1=100\","
            + "\"schemata\":[\"L2:0=ff;1=ff\",\"    L3:0=7f0;1=1f\",\"    MB:0=100;1=100\"],"
            + "\"mbm_stats\":[{\"mbm_total_bytes\":300,\"mbm_local_bytes\":200},{\"mbm_total_bytes\":300,\"mbm_local_bytes\":200}],\"cmt_stats\":[{\"llc_occupancy\":100},{\"llc_occupancy\":100}]},", line, StringComparison.Ordinal);
    });

    private static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(member => member.Key);

    private static Container Up(string script = "exec sleep 100", int memory = 0) => New(script, memory).Up();

    private static Container New(string script, int memory = 0)
    {
        Container container = new();
        container.Bundle.Shell(script);
        if (memory > 0) container.Bundle.Linux["resources"]!["memory"] = new JsonObject { ["limit"] = memory, ["swap"] = memory };
        return container;
    }
}
