// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>--cgroup-manager, crun's flag: who creates a container's cgroups, or nobody.</summary>
public class CgroupManagerTests
{
    public CgroupManagerTests()
    {
        Requires.Runcs();
        Requires.Root();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void With_disabled_no_command_creates_or_joins_a_cgroup(bool unified)
    {
        using Container container = Without(unified);
        // The test's own, in which the container's processes stay.
        string here = File.ReadAllText("/proc/self/cgroup");
        container.Up();
        Assert.Equal(here, File.ReadAllText($"/proc/{container.Pid.ToString(CultureInfo.InvariantCulture)}/cgroup"));
        Assert.Equal(here, container.Exec("/bin/cat", "/proc/self/cgroup").Ok().Stdout);
        Assert.Empty(Leftovers.Cgroups(container.Id));
        JsonNode record = JsonNode.Parse(File.ReadAllText(Path.Combine(container.Runtime.Root, container.Id, "state.json")))!;
        Assert.True((bool)record["cgroupsDisabled"]!);
        Assert.Null(record["cgroups"]);

        // Later commands need not be told.
        container.Runtime.GlobalOptions = [];
        Assert.Equal("running", container.Status);
        foreach (string[] call in (string[][])[["pause"], ["ps"], ["update", "--pids-limit", "5"]])
            Assert.Contains("the container has no cgroups: it was created with --cgroup-manager disabled", container.Runtime.Run([.. call, container.Id]).Exits(1).Stderr, StringComparison.Ordinal);
        Assert.Contains("\"type\":\"stats\"", container.Runtime.Run("events", "--stats", container.Id).Ok().Stdout, StringComparison.Ordinal);
        container.Kill("KILL").Ok();
        container.WaitForStatus("stopped");
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_container_without_cgroups_sees_its_callers(bool unified)
    {
        using Container container = Without(unified);
        container.Bundle.Mount("/sys/fs/cgroup", "cgroup", "cgroup", "ro", "nosuid", "noexec", "nodev");
        // The test itself is in them, and has its pid in the host's pid namespace.
        container.Bundle.Namespace("pid");
        string pid = System.Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        container.Bundle.Shell($"cat /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/pids/cgroup.procs 2>/dev/null | grep -x {pid}");
        Assert.Equal($"{pid}\n", container.Run().Ok().Stdout);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Run_ends_processes_with_the_pid_namespace()
    {
        using Container container = Without(false);
        container.Bundle.Shell("sleep 1000 & exit 4");
        container.Run().Exits(4);
        container.Create().Ok();
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void What_disabled_makes_void_is_a_warning_and_what_is_wrong_an_error()
    {
        using Container container = Without(false);
        container.Bundle.Linux["resources"]!["pids"] = new JsonObject { ["limit"] = 5 };
        container.Bundle.Linux["resources"]!["memory"] = new JsonObject { ["limit"] = 1 << 25 };
        container.Bundle.Shell("true").Namespace("pid");
        string log = container.Path("log");
        container.Runtime.GlobalOptions = [.. container.Runtime.GlobalOptions, "--log", log];
        container.Run().Ok();
        string warnings = File.ReadAllText(log);
        foreach (string field in (string[])["linux.resources.pids.limit", "linux.resources.memory.limit"])
            Assert.Contains($"{field}: has no effect without cgroups (--cgroup-manager disabled)", warnings, StringComparison.Ordinal);
        Assert.Contains("linux.namespaces: without cgroups", warnings, StringComparison.Ordinal);
        Assert.DoesNotContain("devices", warnings, StringComparison.Ordinal);

        container.Bundle.Linux["resources"]!["memory"] = new JsonObject { ["limit"] = -5 };
        Assert.Contains("linux.resources.memory.limit: ", container.Create().Exits(1).Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Cgroupfs_is_the_default_and_systemd_is_systemd_cgroup()
    {
        Requires.CgroupV1();
        Requires.That(!Directory.Exists("/run/systemd/system"), "needs a machine without systemd");
        using Container container = new();
        container.Bundle.Shell("grep pids: /proc/self/cgroup");
        container.Bundle.Linux["cgroupsPath"] = $"/{container.Id}";
        container.Bundle.Namespace("cgroup");
        container.Runtime.GlobalOptions = ["--systemd-cgroup", "--cgroup-manager=cgroupfs"];
        Assert.EndsWith($":/{container.Id}\n", container.Run().Ok().Stdout, StringComparison.Ordinal);

        container.Bundle.Linux["cgroupsPath"] = $"a.slice:b:{container.Id}";
        foreach (string[] flags in (string[][])[["--cgroup-manager", "systemd"], ["--cgroup-manager=disabled", "--systemd-cgroup"]])
        {
            container.Runtime.GlobalOptions = flags;
            Assert.Contains("systemd not running on this host", container.Create().Exits(1).Stderr, StringComparison.Ordinal);
        }
        container.Runtime.GlobalOptions = ["--systemd-cgroup", "--cgroup-manager=disabled"];
        Assert.DoesNotContain(container.Id, container.Run().Ok().Stdout, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void An_unknown_manager_is_refused_by_every_command()
    {
        using Container container = new();
        container.Runtime.GlobalOptions = ["--cgroup-manager=nobody"];
        foreach (string[] call in (string[][])[["list"], ["state", "x"], ["create", "x"]])
            Assert.Contains("--cgroup-manager: must be cgroupfs, systemd or disabled, got \\\"nobody\\\"", container.Runtime.Run(call).Exits(1).Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_plans_without_cgroups_too()
    {
        using Container container = Without(false);
        container.Bundle.Write();
        string plan = container.Runtime.Run("check", "--plan", "--bundle", container.Bundle.Directory).Ok().Stdout;
        Assert.Contains("\nno cgroup v", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("mkdir /sys/fs/cgroup", plan, StringComparison.Ordinal);
    }

    private static Container Without(bool unified)
    {
        Container container = new();
        container.Bundle.Args("sleep", "1000").Namespace("cgroup");
        container.Bundle.Linux["cgroupsPath"] = $"/{container.Id}";
        container.Runtime.GlobalOptions = ["--cgroup-manager", "disabled"];
        if (unified) container.Runtime.Prefix = PureCgroupV2.Prefix;
        return container;
    }
}
