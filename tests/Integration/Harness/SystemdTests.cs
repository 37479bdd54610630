// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>A machine whose first process is systemd.</summary>
[InSystemdGuest]
public class SystemdTests
{
    public SystemdTests()
    {
        Requires.Root();
        Requires.Systemd();
    }

    [Fact]
    public void The_manager_answers_over_the_bus()
    {
        Assert.Equal("systemd\n", File.ReadAllText("/proc/1/comm"));
        string[] units = Command.Run("busctl", "--json=short", "call", "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", "ListUnits").Ok().Stdout.Split("],[");
        Assert.Contains(units, unit => unit.Contains("\"guest.service\"", StringComparison.Ordinal) && unit.Contains("\"active\"", StringComparison.Ordinal));
    }

    [Fact]
    public void A_container_runs_in_the_part_of_the_tree_that_the_manager_gave_away()
    {
        using Container container = new();
        string given = Path.GetDirectoryName(File.ReadAllText("/proc/self/cgroup").TrimEnd('\n')["0::".Length..])!;
        container.Bundle.Linux["cgroupsPath"] = $"{given}/{container.Id}";
        container.Bundle.Linux["resources"]!["pids"] = new JsonObject { ["limit"] = 20 };
        container.Bundle.Shell($"cat /proc/self/cgroup; cat /sys/fs/cgroup/pids.max; exit 3");
        Assert.Equal($"0::{given}/{container.Id}\n20\n", container.Run().Exits(3).Stdout);
        Leftovers.AssertNone(container);
        // Only this container's: other tests have units that fail.
        Assert.DoesNotContain(container.Id, Command.Run("systemctl", "list-units", "--all", "--plain").Ok().Stdout, StringComparison.Ordinal);
    }
}
