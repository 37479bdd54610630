// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary><c>events</c> on a machine whose only hierarchy has the controllers.</summary>
public class EventsV2Tests
{
    public EventsV2Tests()
    {
        Requires.Root();
        Requires.CgroupV2Controllers("memory", "cpu", "pids", "io");
    }

    [Fact]
    public void The_stats_are_the_kernels()
    {
        using Container container = new();
        container.Bundle.Linux["cgroupsPath"] = $"/{container.Id}";
        container.Bundle.Linux["resources"]!["memory"] = new JsonObject { ["limit"] = 64 << 20, ["swap"] = 80 << 20 };
        container.Bundle.Linux["resources"]!["pids"] = new JsonObject { ["limit"] = 12 };
        container.Bundle.Shell("exec sleep 100");
        container.Up();
        container.Runtime.Run("pause", container.Id).Ok();
        JsonNode data = JsonNode.Parse(container.Runtime.Run("events", "--stats", container.Id).Ok().Stdout)!["data"]!;
        string cgroup = $"/sys/fs/cgroup/{container.Id}/";
        Assert.Equal(("67108864", "83886080", "12", "1"), (data["memory"]!["usage"]!["limit"]!.ToString(), data["memory"]!["swap"]!["limit"]!.ToString(),
            data["pids"]!["limit"]!.ToString(), data["pids"]!["current"]!.ToString()));
        Eventually.True(() => JsonNode.Parse(container.Runtime.Run("events", "--stats", container.Id).Ok().Stdout)!["data"]!["memory"]!["usage"]!["usage"]!.ToString()
            == File.ReadAllText(cgroup + "memory.current").TrimEnd('\n'), "the memory in use");
        Assert.Equal(File.ReadAllLines(cgroup + "cpu.stat")[0].Split(' ')[1] + "000", data["cpu"]!["usage"]!["total"]!.ToString());
        bool hasPressure = File.Exists(cgroup + "memory.pressure");
        foreach (string part in (string[])["cpu", "memory", "blkio"])
        {
            Assert.Equal(hasPressure, data[part]!["psi"] != null);
            if (hasPressure) Assert.Equal(["avg10", "avg60", "avg300", "total"], data[part]!["psi"]!["some"]!.AsObject().Select(member => member.Key));
        }
    }

    [Fact]
    public void OOM_events_are_printed() => OfMemory.IsAnEvent();

    [Fact]
    public void The_OOM_event_that_kills_the_container_is_printed_before_its_end() => OfMemory.IsToldBeforeTheEnd();
}
