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

    [Fact]
    public void A_user_has_a_session_a_manager_and_subordinate_ids()
    {
        UserSession.Require();
        Assert.StartsWith("0::/user.slice/user-1000.slice/session-", UserSession.Shell("cat /proc/self/cgroup").Ok().Stdout, StringComparison.Ordinal);
        Assert.Equal(UserSession.ManagerCgroup + "\n", UserSession.Shell("systemctl --user show -P ControlGroup").Ok().Stdout);
        // What Debian's systemd delegates; io, for one, is not among them.
        Assert.Equal("cpu memory pids\n", File.ReadAllText($"/sys/fs/cgroup{UserSession.ManagerCgroup}/cgroup.controllers"));
        Assert.StartsWith($"0::{UserSession.ManagerCgroup}/app.slice/run-", Command.Run([.. UserSession.Delegated, "cat", "/proc/self/cgroup"]).Ok().Stdout, StringComparison.Ordinal);
        string[] map = UserSession.Shell("unshare --user --map-root-user --map-auto cat /proc/self/uid_map").Ok().Stdout.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["0", "1000", "1", "1", "100000"], map[..5]);
    }
}
