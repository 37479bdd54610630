// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>--rootless: if cgroups cannot be created, a container that needs none runs without them.</summary>
[OnAnyRuntime]
public class RootlessTests
{
    // Each command has a mount namespace of its own.
    private const string ReadOnly = """
        for mount in $(awk '($3 == "cgroup" || $3 == "cgroup2") && $2 ~ /HIERARCHY$/ { print $2 }' /proc/mounts); do mount -o remount,bind,ro $mount || exit; done; exec "$@"
        """;

    // A process in a user namespace may write its own maps only with a single id, and then cannot set groups.
    private const string AsRootOfOthers = """
        dir=$(mktemp -d); mkfifo $dir/ready
        unshare -U sh -c 'read -r _ < '$dir/ready'; exec "$@"' sh "$@" &
        pid=$!
        while [ "$(readlink /proc/$pid/ns/user)" = "$(readlink /proc/self/ns/user)" ]; do sleep 0.01; done
        echo 0 0 65536 > /proc/$pid/uid_map; echo 0 0 65536 > /proc/$pid/gid_map; echo > $dir/ready
        wait $pid; code=$?; rm -r $dir; exit $code
        """;

    public RootlessTests() => Requires.Root();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_permission_the_container_stays_where_its_caller_is(bool unified)
    {
        if (unified) Requires.Runcs();
        using Container container = New("true", unified ? PureCgroupV2.Prefix : []);
        container.Create().Ok();
        // Except for v2, which containers join alongside v1, they are the test's.
        Assert.Equal(Membership("self"), Membership(container.Pid.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        container.Start().Ok();
        Assert.Equal("here\n", container.Exec("/bin/echo", "here").Ok().Stdout);
        if (Directory.Exists("/sys/fs/cgroup/memory") && !unified) Fails(container, "cannot toggle freezer: cgroups not configured for container", "pause");
        else container.Runtime.Run("pause", container.Id).Fails();
        Assert.Equal("running", container.Status);
        container.Runtime.Run("update", "--pids-limit", "5", container.Id).Fails();
        container.Runtime.Run("ps", container.Id).Fails();
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Settings_that_need_a_cgroup_are_an_error()
    {
        Requires.CgroupV1();
        using Container container = New("true", []);
        container.Bundle.Linux["cgroupsPath"] = $"/{container.Id}";
        Assert.Contains("read-only file system", container.Create().Fails().Stderr, StringComparison.OrdinalIgnoreCase);
        container.Bundle.Linux.AsObject().Remove("cgroupsPath");
        container.Runtime.GlobalOptions = ["--rootless=auto"];
        Assert.Contains("read-only file system", container.Create().Fails().Stderr, StringComparison.OrdinalIgnoreCase);
        container.Runtime.GlobalOptions = ["--rootless=true"];
        container.Bundle.Linux["resources"]!["pids"] = new JsonObject { ["limit"] = 5 };
        Assert.Contains("cannot set pids limit: container could not join or create cgroup", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void On_v2_the_container_stays_in_its_callers_cgroup_too()
    {
        Requires.Runcs();
        using Container container = New("true", PureCgroupV2.Prefix);
        container.Bundle.Linux["resources"]!["unified"] = new JsonObject { ["cgroup.max.depth"] = "5" };
        Assert.Contains("rootless needs no limits + no cgrouppath when no permission is granted for cgroups", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void One_hierarchy_may_be_missing()
    {
        Requires.CgroupV1();
        using Container container = New("true", [], "memory");
        ((JsonArray)container.Bundle.Linux["namespaces"]!).RemoveAll(one => (string?)one!["type"] == "pid");
        container.Bundle.Linux["resources"]!["pids"] = new JsonObject { ["limit"] = 5 };
        container.Create().Ok();
        string[] membership = File.ReadAllLines($"/proc/{container.Pid}/cgroup");
        Assert.DoesNotContain(container.Id, membership.Single(line => line.Contains(":memory:", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.EndsWith("/" + container.Id, membership.Single(line => line.Contains(":pids:", StringComparison.Ordinal)), StringComparison.Ordinal);
        container.Start().Ok();
        Assert.Equal($"[{container.Pid}]", container.Runtime.Run("ps", "--format", "json", container.Id).Ok().Stdout.TrimEnd('\n'));
        container.Runtime.Run("pause", container.Id).Ok();
        container.Runtime.Run("resume", container.Id).Ok();
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void In_the_foreground_nothing_is_left_either()
    {
        using Container container = New("true", []);
        ((JsonArray)container.Bundle.Linux["namespaces"]!).RemoveAll(one => (string?)one!["type"] == "pid");
        container.Bundle.Shell("echo ran");
        Result result = container.Run().Ok();
        Assert.Equal("ran\n", result.Stdout);
        if (RuntimeUnderTest.IsRuncs) Assert.Empty(result.Stderr);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Auto_means_root_of_a_user_namespace()
    {
        using Container container = New("auto", []);
        container.Runtime.Prefix = ["sh", "-c", AsRootOfOthers, "sh", .. container.Runtime.Prefix];
        container.Bundle.Shell("echo ran");
        Assert.Equal("ran\n", container.Run().Ok().Stdout);
        container.Runtime.GlobalOptions = ["--rootless=false"];
        Assert.Contains("read-only file system", container.Run().Fails().Stderr, StringComparison.OrdinalIgnoreCase);
        Leftovers.AssertNone(container);
    }

    private static Container New(string rootless, IReadOnlyList<string> machine, string hierarchy = "")
    {
        var container = new Container();
        container.Runtime.GlobalOptions = ["--rootless=" + rootless];
        container.Runtime.Prefix = [.. machine, "unshare", "-m", "sh", "-c", ReadOnly.Replace("HIERARCHY", hierarchy, StringComparison.Ordinal), "sh"];
        container.Bundle.Linux.AsObject().Remove("cgroupsPath");
        container.Bundle.Args("/bin/sleep", "100");
        return container;
    }

    private static void Fails(Container container, string words, string command) =>
        Assert.Contains(words, container.Runtime.Run(command, container.Id).Fails().Stderr, StringComparison.Ordinal);

    private static string Membership(string process) => File.ReadAllText($"/proc/{process}/cgroup");
}
