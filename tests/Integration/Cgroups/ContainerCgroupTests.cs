// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// config-linux.md, "Control groups", through the commands: on cgroup v1, and on pure v2 if no controller is needed.
/// </summary>
[OnAnyRuntime]
[InGuest]
public class ContainerCgroupTests
{
    private const string Membership = "cat /proc/self/cgroup";

    public ContainerCgroupTests() => Requires.Root();

    [Fact]
    [Requirement("config-linux/cgroupspath-absolute", "config-linux/cgroupspath-forms", "config-linux/cgroupspath-consistent")]
    public void An_absolute_path_is_from_the_root_of_each_hierarchy()
    {
        using Container container = New(Membership);
        Assert.All(Controllers(container.Run().Ok().Stdout), line => Assert.EndsWith($":/{container.Id}/c", line, StringComparison.Ordinal));
    }

    [Theory]
    [Requirement("config-linux/cgroupspath-forms")]
    [InlineData(null)]
    [InlineData("pod")]
    public void A_relative_path_and_none_are_below_the_callers_cgroup(string? path)
    {
        Requires.CgroupV1();
        using Container container = New(Membership, path == null ? null : "{id}/" + path);
        string own = File.ReadLines("/proc/self/cgroup").First(line => line.Contains(":memory:", StringComparison.Ordinal)).Split(':', 3)[2].TrimEnd('/');
        string memory = Controllers(container.Run().Ok().Stdout).Single(line => line.Contains(":memory:", StringComparison.Ordinal)).Split(':', 3)[2];
        Assert.Equal($"{own}/{container.Id}{(path == null ? "" : "/" + path)}", memory);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    [InlineData("auto")]
    [InlineData("AUTO")]
    [InlineData("")]
    public void Whatever_rootless_says_the_hosts_root_has_its_cgroups(string rootless)
    {
        using Container container = New(Membership);
        container.Runtime.GlobalOptions = ["--rootless=" + rootless];
        Assert.All(Controllers(container.Run().Ok().Stdout), line => Assert.EndsWith($":/{container.Id}/c", line, StringComparison.Ordinal));
    }

    [Fact]
    public void An_invalid_value_of_rootless_is_refused()
    {
        using Container container = New(Membership);
        container.Runtime.GlobalOptions = ["--rootless=perhaps"];
        // The log escapes the quotes.
        Assert.Contains(RuntimeUnderTest.IsRuncs ? "--rootless: must be true, false or auto, got \"perhaps\"" : "strconv.ParseBool: parsing \"perhaps\": invalid syntax", container.Run().Fails().Stderr.Replace("\\", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Without_systemd_there_are_no_cgroups_of_its_making()
    {
        Requires.That(!Directory.Exists("/run/systemd/system"), "needs a host without systemd");
        using Container container = New(Membership, "system.slice:test:{id}");
        container.Runtime.GlobalOptions = ["--systemd-cgroup"];
        Assert.Contains("systemd not running on this host, cannot use systemd cgroups manager", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Nothing_leads_out_of_the_hierarchies()
    {
        Requires.CgroupV1();
        using Container container = New(Membership, "/../../{id}/../{id}/c");
        Assert.Contains($":pids:/{container.Id}/c", Controllers(container.Run().Ok().Stdout).Select(line => line[line.IndexOf(':', StringComparison.Ordinal)..]));
    }

    [Fact]
    public void With_a_cgroup_namespace_the_container_is_at_the_root()
    {
        using Container container = New(Membership);
        ((JsonArray)container.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = "cgroup" });
        Assert.All(Controllers(container.Run().Ok().Stdout), line => Assert.EndsWith(":/", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Limits_hold_in_the_container()
    {
        Requires.CgroupV1();
        using Container container = New("""
            cd /sys/fs/cgroup
            cat memory/memory.limit_in_bytes memory/memory.soft_limit_in_bytes pids/pids.max cpu/cpu.shares cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us cpuset/cpuset.cpus cpuset/cpuset.mems
            """);
        Resources(container)["memory"] = new JsonObject { ["limit"] = 64 << 20, ["reservation"] = 32 << 20 };
        Resources(container)["pids"] = new JsonObject { ["limit"] = 20 };
        Resources(container)["cpu"] = new JsonObject { ["shares"] = 512, ["quota"] = 50000, ["period"] = 200000, ["cpus"] = "0", ["mems"] = "0" };
        Assert.Equal("67108864\n33554432\n20\n512\n50000\n200000\n0\n0\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_limit_too_small_for_any_runtime_is_not_too_small_for_its_program()
    {
        Requires.Runcs();
        Requires.CgroupV1();
        using Container container = New(Membership + "; cat /sys/fs/cgroup/memory/memory.limit_in_bytes");
        ((JsonArray)container.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = "cgroup" });
        Resources(container)["memory"] = new JsonObject { ["limit"] = 1 << 20 };
        string[] lines = container.Run().Ok().Stdout.TrimEnd('\n').Split('\n');
        Assert.Contains(lines, line => line.EndsWith(":memory:/", StringComparison.Ordinal)); // not /../..
        Assert.Equal("1048576", lines[^1]);
    }

    [Fact]
    public void Devices_outside_the_rules_cannot_be_opened()
    {
        Requires.Device("/dev/fuse");
        using Container container = New("mknod /dev/fuse c 10 229; mknod /dev/null2 c 1 3; true < /dev/null2 && echo null; true < /dev/fuse || echo denied");
        AddCapability(container, "CAP_MKNOD");
        Assert.Equal("null\ndenied\n", container.Run().Ok().Stdout);
        ((JsonArray)Resources(container)["devices"]!).Add(new JsonObject { ["allow"] = true, ["type"] = "c", ["major"] = 10, ["minor"] = 229, ["access"] = "r" });
        container.Bundle.Shell("mknod /dev/fuse c 10 229; true < /dev/fuse && echo read; true 2> /dev/null >> /dev/fuse || echo not written");
        Assert.Equal("read\nnot written\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void On_v2_devices_are_filtered_too()
    {
        Requires.Runcs();
        Requires.Device("/dev/fuse");
        using Container container = New("cat /proc/self/cgroup; mknod /dev/fuse c 10 229; true < /dev/null && echo null; true < /dev/fuse || echo denied");
        container.Runtime.Prefix = PureCgroupV2.Prefix;
        AddCapability(container, "CAP_MKNOD");
        string output = container.Run().Ok().Stdout;
        Assert.Contains($"0::/{container.Id}/c\n", output, StringComparison.Ordinal);
        Assert.EndsWith("null\ndenied\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_a_pid_namespace_all_are_killed(bool unified)
    {
        Requires.Runcs();
        using Container container = New("sleep 100 & sleep 100 & wait");
        if (unified) container.Runtime.Prefix = PureCgroupV2.Prefix;
        container.Bundle.Namespace("pid");
        container.Up();
        string procs = unified ? $"/sys/fs/cgroup/unified/{container.Id}/c/cgroup.procs" : $"/sys/fs/cgroup/pids/{container.Id}/c/cgroup.procs";
        if (!File.Exists(procs)) procs = $"/sys/fs/cgroup/{container.Id}/c/cgroup.procs";
        Eventually.True(() => File.ReadAllLines(procs).Length == 3, "three processes");
        container.Kill("KILL").Ok();
        Eventually.True(() => File.ReadAllText(procs).Length == 0, "all have ended");
        container.Delete().Ok();
        Leftovers.Remove(container.Id); // the parent, which create leaves
        Leftovers.AssertNone(container);
    }

    // Even with a shared pid namespace, where undo kills the container by its cgroup.
    [Fact]
    [Requirement("config-linux/cgroup-unfit")]
    public void A_cgroup_in_use_is_refused_and_its_user_unharmed()
    {
        Requires.Runcs(); // runc since 1.2; before that it warned
        Requires.CgroupV1();
        using Container user = New("exec sleep 100");
        user.Up();
        using Container second = New("true", $"/{user.Id}/c");
        second.Bundle.Namespace("pid");
        Assert.Contains("container's cgroup is not empty: 1 process(es) found", second.Create().Fails().Stderr, StringComparison.Ordinal);
        Assert.Contains("container's cgroup is not empty: 1 process(es) found", second.Run().Fails().Stderr, StringComparison.Ordinal);
        second.Delete("--force");
        Assert.Equal("running", user.Status);
    }

    [Fact]
    [Requirement("runtime/delete-resources")]
    public void Delete_takes_what_the_container_made_in_its_cgroup()
    {
        Requires.CgroupV1();
        using Container container = New("exec sleep 100");
        container.Up();
        Directory.CreateDirectory($"/sys/fs/cgroup/cpu/{container.Id}/c/inner/most");
        container.Delete("--force").Ok();
        Assert.False(Directory.Exists($"/sys/fs/cgroup/cpu/{container.Id}/c"));
        Assert.Empty(Directory.GetDirectories($"/sys/fs/cgroup/cpu/{container.Id}"));
    }

    // The cgroups above the container's may have other limits and containers by now, and runc keeps them too; a failed
    // create leaves nothing (runtime.md, "Errors").
    [Fact]
    public void The_cgroups_above_the_containers_stay_when_it_is_deleted()
    {
        Requires.CgroupV1();
        using Container container = New("true", "/{id}/pod/c");
        container.Run().Ok();
        Assert.True(Directory.Exists($"/sys/fs/cgroup/memory/{container.Id}/pod"));
        Assert.Empty(Directory.GetDirectories($"/sys/fs/cgroup/memory/{container.Id}/pod"));
        if (!RuntimeUnderTest.IsRuncs) return;
        using Container failing = New("true", "/{id}/pod/c");
        failing.Bundle.Args("/no/such/program");
        failing.Create().Fails();
        Leftovers.AssertNone(failing);
    }

    [Fact]
    [Requirement("config-linux/cgroup-unfit")]
    public void A_frozen_cgroup_is_refused()
    {
        Requires.Runcs(); // runc 1.1 only warns
        Requires.CgroupV1();
        using Container container = New("true");
        string freezer = Directory.CreateDirectory($"/sys/fs/cgroup/freezer/{container.Id}/c").FullName;
        File.WriteAllText(freezer + "/freezer.state", "FROZEN");
        Assert.Contains("container's cgroup unexpectedly frozen", container.Create().Fails().Stderr, StringComparison.Ordinal);
        File.WriteAllText(freezer + "/freezer.state", "THAWED");
        container.Run().Ok();
    }

    [Fact]
    public void Block_devices_and_buffers_are_limited_too()
    {
        Requires.CgroupV1();
        Requires.Device("/dev/loop0");
        using Container container = New("cd /sys/fs/cgroup/blkio; cat blkio.*weight blkio.throttle.read_bps_device blkio.throttle.write_iops_device");
        Resources(container)["blockIO"] = new JsonObject
        {
            ["weight"] = 200,
            ["throttleReadBpsDevice"] = new JsonArray(new JsonObject { ["major"] = 7, ["minor"] = 0, ["rate"] = 1048576 }),
            ["throttleWriteIOPSDevice"] = new JsonArray(new JsonObject { ["major"] = 7, ["minor"] = 0, ["rate"] = 300 }),
        };
        Assert.Equal("200\n7:0 1048576\n7:0 300\n", container.Run().Ok().Stdout);
    }

    // config-linux.md, "Cgroup ownership": only with a cgroup namespace and a writable mount, and never the limits.
    [Theory]
    [Requirement("config-linux/ownership-needs-namespace", "config-linux/ownership-needs-mount", "config-linux/ownership-without-mount", "config-linux/ownership-files", "config-linux/ownership-missing-files", "config-linux/ownership-existing-files", "config-linux/ownership-no-others")]
    [InlineData(true, "rw", 1234)]
    [InlineData(true, "ro", 0)]
    [InlineData(true, null, 0)]
    [InlineData(false, "rw", 0)]
    public void On_v2_a_cgroup_that_the_container_may_write_is_its_users(bool hasNamespace, string? option, int owner)
    {
        Requires.Runcs(); // runc does so with systemd alone
        using Container container = New("exec sleep 100");
        container.Runtime.Prefix = PureCgroupV2.Prefix;
        container.Bundle.Process["user"] = new JsonObject { ["uid"] = 1234, ["gid"] = 1234 };
        if (hasNamespace) ((JsonArray)container.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = "cgroup" });
        foreach (JsonNode? mount in container.Bundle.Mounts.Where(mount => (string)mount!["destination"]! == "/sys/fs/cgroup").ToArray()) container.Bundle.Mounts.Remove(mount);
        if (option != null)
            container.Bundle.Mounts.Add(new JsonObject { ["destination"] = "/sys/fs/cgroup", ["type"] = "cgroup", ["source"] = "cgroup", ["options"] = new JsonArray(option) });
        container.Create().Ok();
        string directory = Directory.Exists("/sys/fs/cgroup/unified") ? $"/sys/fs/cgroup/unified/{container.Id}/c" : $"/sys/fs/cgroup/{container.Id}/c";
        string owners = Command.Run("stat", "-c", "%u", directory, directory + "/cgroup.procs", directory + "/cgroup.subtree_control", directory + "/cgroup.threads",
            directory + "/cgroup.freeze", directory + "/cgroup.max.depth").Ok().Stdout;
        Assert.Equal($"{owner}\n{owner}\n{owner}\n{owner}\n0\n0\n", owners);
    }

    [Fact]
    public void All_errors_of_the_limits_are_reported_together()
    {
        Requires.Runcs();
        using Container container = New("true");
        Resources(container)["unified"] = new JsonObject { ["memory/max"] = "1" };
        Resources(container)["hugepageLimits"] = new JsonArray(new JsonObject { ["pageSize"] = "2 MB", ["limit"] = 1 });
        container.Runtime.Prefix = PureCgroupV2.Prefix;
        Assert.Equal("linux.resources.hugepageLimits[0].pageSize: must be a number with KB, MB or GB, as the kernel writes it, got \"2 MB\"; "
            + "linux.resources.unified[\"memory/max\"]: must be the name of a file, without a slash", ErrorMessage.Of(container.Run()));
    }

    private static Container New(string script, string? cgroupsPath = "/{id}/c")
    {
        var container = new Container();
        container.Bundle.Shell(script);
        if (cgroupsPath != null) container.Bundle.Linux["cgroupsPath"] = cgroupsPath.Replace("{id}", container.Id, StringComparison.Ordinal);
        return container;
    }

    private static JsonNode Resources(Container container) => container.Bundle.Linux["resources"]!;

    // Runtimes differ in whether they join a v2 hierarchy that exists alongside v1.
    private static IEnumerable<string> Controllers(string membership) =>
        membership.TrimEnd('\n').Split('\n').Where(line => RuntimeUnderTest.IsRuncs || !line.StartsWith("0::", StringComparison.Ordinal));

    private static void AddCapability(Container container, string name)
    {
        foreach (KeyValuePair<string, JsonNode?> set in container.Bundle.Process["capabilities"]!.AsObject())
            if (set.Key != "ambient" && set.Key != "inheritable") ((JsonArray)set.Value!).Add(name);
    }
}
