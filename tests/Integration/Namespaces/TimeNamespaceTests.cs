// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config-linux.md, "Offset for Time Namespace". A week is longer than any test.</summary>
public class TimeNamespaceTests
{
    private const int Week = 7 * 24 * 3600;

    public TimeNamespaceTests()
    {
        Requires.Root();
        Requires.Runcs();
        Requires.That(File.Exists("/proc/self/timens_offsets"), "needs a kernel with time namespaces");
    }

    [Theory]
    [Requirement("config-linux/namespace-time")]
    [InlineData(false)]
    [InlineData(true)]
    public void The_clocks_of_the_program_are_ahead(bool withUsers)
    {
        using Container container = WithOffsets(new JsonObject { ["boottime"] = new JsonObject { ["secs"] = Week, ["nanosecs"] = 5 }, ["monotonic"] = new JsonObject { ["secs"] = 2 * Week } });
        if (withUsers) UserMaps.Add(container);
        container.Bundle.Shell("readlink /proc/self/ns/time; cut -d. -f1 /proc/uptime; cat /proc/self/timens_offsets");
        string[] lines = container.Run().Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEqual(new FileInfo("/proc/self/ns/time").LinkTarget, lines[0]);
        double host = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.InRange(int.Parse(lines[1]), Week, host + Week);
        Assert.Equal("monotonic 1209600 0|boottime 604800 5", string.Join('|', lines[2..].Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Without_offsets_it_is_new_and_the_clocks_are_the_hosts()
    {
        using Container container = WithOffsets(null);
        container.Bundle.Shell("readlink /proc/self/ns/time; cut -d. -f1 /proc/uptime");
        string[] lines = container.Run().Ok().Stdout.Split('\n');
        Assert.NotEqual(new FileInfo("/proc/self/ns/time").LinkTarget, lines[0]);
        Assert.InRange(int.Parse(lines[1]), 0, double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Another_containers_clocks_are_joined_by_path()
    {
        using Container first = WithOffsets(new JsonObject { ["boottime"] = new JsonObject { ["secs"] = Week } });
        first.Bundle.Args("/bin/sleep", "100");
        first.Up();
        Assert.Equal("running", first.Status);
        using Container second = new();
        second.Bundle.Namespace("time", $"/proc/{first.Pid}/ns/time").Shell("readlink /proc/self/ns/time; cut -d. -f1 /proc/uptime");
        string[] lines = second.Run().Ok().Stdout.Split('\n');
        Assert.Equal(new FileInfo($"/proc/{first.Pid}/ns/time").LinkTarget, lines[0]);
        Assert.True(int.Parse(lines[1]) >= Week);
    }

    [Fact]
    public void An_offset_beyond_the_clock_is_refused_by_its_path()
    {
        using Container container = WithOffsets(new JsonObject { ["boottime"] = new JsonObject { ["secs"] = -9_000_000_000 } });
        Assert.Equal("linux.timeOffsets.boottime: write(2) on \"boottime -9000000000 0 into /proc/self/timens_offsets\": numerical result out of range (ERANGE)", ErrorMessage.Of(container.Create()));
        Leftovers.AssertNone(container);
    }

    private static Container WithOffsets(JsonObject? offsets)
    {
        Container container = new();
        ((JsonArray)container.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = "time" });
        if (offsets != null) container.Bundle.Linux["timeOffsets"] = offsets;
        return container;
    }
}
