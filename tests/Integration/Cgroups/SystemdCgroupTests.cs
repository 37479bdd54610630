// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>--systemd-cgroup: the container's cgroup belongs to a unit, and systemd knows its limits.</summary>
[InSystemdGuest]
public class SystemdCgroupTests
{
    public SystemdCgroupTests()
    {
        Requires.Root();
        Requires.Systemd();
    }

    [Fact]
    public void A_container_is_a_unit_that_has_its_limits()
    {
        using Container container = New("limits-of-tests.slice:test:{id}");
        JsonNode resources = container.Bundle.Linux["resources"]!;
        resources["memory"] = new JsonObject { ["limit"] = 64 << 20, ["reservation"] = 32 << 20, ["swap"] = 64 << 20 };
        resources["cpu"] = new JsonObject { ["shares"] = 2048, ["quota"] = 25000, ["period"] = 50000, ["cpus"] = "0" };
        resources["pids"] = new JsonObject { ["limit"] = 42 };
        container.Bundle.Config["annotations"] = new JsonObject
        {
            ["org.systemd.property.TimeoutStopSec"] = "7",
            ["org.systemd.property.After"] = "['basic.target']",
            ["org.systemd.property.CollectMode"] = "'inactive-or-failed'",
        };
        container.Create().Ok();
        string unit = $"test-{container.Id}.scope", path = $"/limits.slice/limits-of.slice/limits-of-tests.slice/{unit}";
        Assert.Equal($"0::{path}\n", File.ReadAllText($"/proc/{container.Pid}/cgroup"));
        foreach ((string file, string value) in (ReadOnlySpan<(string, string)>)
            [("memory.max", "67108864"), ("memory.low", "33554432"), ("memory.swap.max", "0"), ("cpu.max", "25000 50000"), ("pids.max", "42"), ("cpuset.cpus", "0")])
            Assert.Equal(file + " " + value, file + " " + File.ReadAllText($"/sys/fs/cgroup{path}/{file}").TrimEnd('\n'));
        string[] expected =
        [
            "ActiveState=active", "AllowedCPUs=0", "CPUQuotaPerSecUSec=500ms", "CPUQuotaPeriodUSec=50ms", "CollectMode=inactive-or-failed", "DefaultDependencies=no", "Delegate=yes",
            "MemoryLow=33554432", "MemoryMax=67108864", "MemorySwapMax=0", "Slice=limits-of-tests.slice", "TasksMax=42", "TimeoutStopUSec=7s", "Transient=yes",
        ];
        Assert.Equal(expected, Show(unit, expected));
        Assert.Contains("basic.target", Command.Run("systemctl", "show", "-P", "After", unit).Ok().Stdout, StringComparison.Ordinal);
        // Later commands of an engine do not repeat --systemd-cgroup.
        container.Runtime.GlobalOptions = [];
        container.Start().Ok();
        Assert.Equal($"0::{path}\n", container.Exec("cat", "/proc/self/cgroup").Ok().Stdout);
        container.Runtime.Run("update", "--pids-limit", "50", "--cpu-quota", "40000", "--cpu-period", "50000", container.Id).Ok();
        Assert.Equal(["CPUQuotaPerSecUSec=800ms", "TasksMax=50"], Show(unit, ["CPUQuotaPerSecUSec=", "TasksMax="]));
        // systemd then reads its units again and rewrites the values of their cgroups.
        Command.Run("systemctl", "daemon-reload").Ok();
        foreach ((string file, string value) in (ReadOnlySpan<(string, string)>)[("memory.max", "67108864"), ("memory.swap.max", "0"), ("cpu.max", "40000 50000"), ("pids.max", "50")])
            Assert.Equal(file + " " + value, file + " " + File.ReadAllText($"/sys/fs/cgroup{path}/{file}").TrimEnd('\n'));
        container.Delete("--force").Ok();
        Assert.Equal("not-found", StateOf(unit));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_create_that_fails_leaves_no_unit()
    {
        using Container container = New("system.slice:test:{id}");
        container.Bundle.Config["annotations"] = new JsonObject { ["org.systemd.property.NoSuchProperty"] = "true" };
        Assert.Contains("NoSuchProperty", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Assert.Equal("not-found", StateOf($"test-{container.Id}.scope"));

        container.Bundle.Config.AsObject().Remove("annotations");
        string seen = container.Path("seen");
        File.WriteAllText(container.Path("hook"), $"#!/bin/sh\nsystemctl is-active test-{container.Id}.scope > {seen}\nexit 1\n");
        File.SetUnixFileMode(container.Path("hook"), (UnixFileMode)0b111_101_101);
        container.Bundle.Config["hooks"] = new JsonObject { ["createRuntime"] = new JsonArray(new JsonObject { ["path"] = container.Path("hook"), ["env"] = new JsonArray("PATH=/bin:/usr/bin") }) };
        container.Create().Fails();
        Assert.Equal("active\n", File.ReadAllText(seen));
        Assert.Equal("not-found", StateOf($"test-{container.Id}.scope"));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Containers_share_a_slice_but_no_unit()
    {
        using Container first = New("share.slice:test:{id}"), second = New("share.slice:test:{id}");
        first.Create().Ok();
        second.Create().Ok();
        Assert.Equal("active", ActiveState($"test-{first.Id}.scope"));
        Assert.Equal("active", ActiveState($"test-{second.Id}.scope"));
        second.Delete("--force").Ok();
        second.Bundle.Linux["cgroupsPath"] = $"share.slice:test:{first.Id}";
        Assert.Contains("container's cgroup is not empty", second.Create().Fails().Stderr, StringComparison.Ordinal);
        Assert.Equal("active", ActiveState($"test-{first.Id}.scope"));
        first.Delete("--force").Ok();
        Assert.Equal("not-found", StateOf($"test-{first.Id}.scope"));
    }

    [Fact]
    public void A_unit_that_has_failed_before_makes_way()
    {
        using Container container = New("system.slice:test:{id}");
        string unit = $"test-{container.Id}.scope";
        Command.Run("systemd-run", "--scope", "--quiet", "--unit", unit, "-p", "RuntimeMaxSec=1", "sleep", "100");
        Eventually.True(() => ActiveState(unit) == "failed", () => ActiveState(unit), Patience.Seconds(10));
        container.Create().Ok();
        Assert.Equal("active", ActiveState(unit));
        container.Delete("--force").Ok();
        Assert.Equal("not-found", StateOf(unit));
    }

    [Fact]
    public void Without_systemds_own_socket_the_system_bus_will_do_and_without_both_an_error()
    {
        Requires.Runcs();
        using Container container = New(null);
        container.Runtime.Tracer = Without("/run/systemd/private");
        container.Bundle.Shell("cat /proc/self/cgroup");
        Assert.Equal($"0::/system.slice/runcs-{container.Id}.scope\n", container.Run().Ok().Stdout);
        Leftovers.AssertNone(container);
        container.Runtime.Tracer = Without("/run/systemd/private", "/run/dbus/system_bus_socket");
        Assert.Contains("unable to connect to systemd", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_slice_may_be_the_containers_own()
    {
        Requires.Runcs();
        using Container container = New("own.slice:ignored:own-{id}.slice");
        string unit = $"own-{container.Id}.slice";
        container.Bundle.Linux["cgroupsPath"] = $"own.slice:ignored:{unit}";
        container.Create().Ok();
        string path = $"/own.slice/own-{container.Id.Split('-')[0]}.slice/{unit}";
        Assert.Equal($"0::{path}\n", File.ReadAllText($"/proc/{container.Pid}/cgroup"));
        Assert.Equal("active", ActiveState(unit));
        container.Delete("--force").Ok();
        Assert.Equal("inactive", ActiveState(unit));
        Assert.False(Directory.Exists("/sys/fs/cgroup" + path));
    }

    private static Container New(string? cgroupsPath)
    {
        Container container = new();
        container.Runtime.GlobalOptions = ["--systemd-cgroup"];
        if (cgroupsPath == null) container.Bundle.Linux.AsObject().Remove("cgroupsPath");
        else container.Bundle.Linux["cgroupsPath"] = cgroupsPath.Replace("{id}", container.Id, StringComparison.Ordinal);
        container.Bundle.Args("/bin/sleep", "100");
        return container;
    }

    // In the command's own mount namespace, since other tests need the sockets.
    private static string[] Without(params string[] sockets) =>
        ["unshare", "-m", "/bin/sh", "-c", string.Concat(sockets.Select(socket => $"mount --bind /dev/null {socket}; ")) + "exec \"$@\"", "sh"];

    private static string[] Show(string unit, string[] like)
    {
        string names = string.Join(',', like.Select(line => line.Split('=')[0]));
        return [.. Command.Run("systemctl", "show", "-p", names, unit).Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }

    private static string StateOf(string unit) => Command.Run("systemctl", "show", "-P", "LoadState", unit).Ok().Stdout.TrimEnd('\n');

    private static string ActiveState(string unit) => Command.Run("systemctl", "show", "-P", "ActiveState", unit).Ok().Stdout.TrimEnd('\n');
}
