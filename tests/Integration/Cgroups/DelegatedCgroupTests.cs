// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>Cgroups of an ordinary user: a delegated subtree of v2 (cgroups(7), "Cgroups delegation"), and v1 without permission.</summary>
[InGuest]
public class DelegatedCgroupTests
{
    private static readonly OrdinaryUser _user = OrdinaryUser.WithoutRanges(424261);

    [Fact]
    public void The_whole_life_of_a_container_is_in_the_users_subtree()
    {
        using DelegatedCgroup given = new(_user);
        using Container container = New(given.Prefix);
        container.Create().Ok();
        string path = $"{given.Path}/{container.Id}";
        Assert.Equal(path, DelegatedCgroup.Of(container.Pid));
        container.Start().Ok();
        string pidFile = container.Path("pid");
        container.Runtime.Run("exec", "--detach", "--pid-file", pidFile, container.Id, "/bin/sleep", "100").Ok();
        int other = int.Parse(File.ReadAllText(pidFile), CultureInfo.InvariantCulture);
        Assert.Equal(path, DelegatedCgroup.Of(other));
        Assert.Equal([container.Pid, other], JsonNode.Parse(container.Runtime.Run("ps", "--format", "json", container.Id).Ok().Stdout)!.AsArray().Select(pid => (int)pid!).Order());
        container.Runtime.Run("pause", container.Id).Ok();
        Assert.Equal(("1", "paused"), (DelegatedCgroup.Read(path, "cgroup.freeze"), container.Status));
        container.Runtime.Run("resume", container.Id).Ok();
        Assert.Equal(("0", "running"), (DelegatedCgroup.Read(path, "cgroup.freeze"), container.Status));
        Assert.Contains("\"cpu\"", container.Runtime.Run("events", "--stats", container.Id).Ok().Stdout, StringComparison.Ordinal);
        container.Kill("KILL").Ok();
        container.WaitForStatus("stopped");
        container.Delete().Ok();
        Assert.False(DelegatedCgroup.Exists(path));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Limits_apply_where_their_controllers_are_delegated()
    {
        using DelegatedCgroup given = new(_user, "memory", "pids");
        using Container container = New(given.Prefix);
        container.Bundle.Linux["resources"] = new JsonObject { ["memory"] = new JsonObject { ["limit"] = 64 << 20 }, ["pids"] = new JsonObject { ["limit"] = 20 } };
        container.Create().Ok();
        string path = $"{given.Path}/{container.Id}";
        Assert.Equal(("67108864", "20"), (DelegatedCgroup.Read(path, "memory.max"), DelegatedCgroup.Read(path, "pids.max")));
        container.Runtime.Run("update", "--pids-limit", "30", container.Id).Ok();
        Assert.Equal("30", DelegatedCgroup.Read(path, "pids.max"));
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_controller_that_is_not_delegated_is_named_with_the_limit_and_the_remedy()
    {
        Requires.CgroupV2Controllers("io", "pids");
        using DelegatedCgroup given = new(_user, "pids");
        using Container container = New(given.Prefix);
        container.Bundle.Linux["resources"] = new JsonObject { ["blockIO"] = new JsonObject { ["weight"] = 100 } };
        string above = given.Path[..given.Path.LastIndexOf('/')];
        string problem = $"linux.resources.blockIO.weight: the controller \"io\" is not available in /sys/fs/cgroup{given.Path}/{{0}}: /sys/fs/cgroup{above}/cgroup.subtree_control does not enable it, which user {_user.Uid} may not change: have root write +io there";
        Assert.Contains(problem.Replace("{0}", container.Id, StringComparison.Ordinal), ErrorMessage.Of(container.Create().Fails()), StringComparison.Ordinal);
        Assert.Contains("this host: " + problem[..problem.IndexOf("{0}", StringComparison.Ordinal)], Check(container), StringComparison.Ordinal);
        Assert.False(DelegatedCgroup.Exists($"{given.Path}/{container.Id}"));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_move_from_outside_is_refused_with_the_remedy()
    {
        using DelegatedCgroup given = new(_user);
        using Container container = New(given.Prefix), outside = New(given.PrefixIn(""));
        string path = $"{given.Path}/{outside.Id}";
        outside.Bundle.Linux["cgroupsPath"] = path;
        string refusal = $"a move from the cgroup / needs write permission for /sys/fs/cgroup/cgroup.procs: run runcs in a cgroup";
        Assert.Contains($"linux.cgroupsPath: clone3(2) on \"/sys/fs/cgroup{path}\": permission denied (EACCES): {refusal}", ErrorMessage.Of(outside.Create().Fails()), StringComparison.Ordinal);
        Assert.Contains("this host: linux.cgroupsPath: " + refusal, Check(outside), StringComparison.Ordinal);
        Assert.False(DelegatedCgroup.Exists(path));
        Leftovers.AssertNone(outside);
        // The processes that a container gets later, too.
        container.Up();
        container.Runtime.Prefix = given.PrefixIn("");
        string message = container.Exec("/bin/true").Exits(255).Stderr;
        Assert.Contains(refusal, message, StringComparison.Ordinal);
        Assert.DoesNotContain("not as root", message, StringComparison.Ordinal);
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Where_only_the_callers_own_cgroup_is_the_users_the_container_is_below_it()
    {
        using DelegatedCgroup given = new(_user);
        using Container container = New(given.PrefixIn(given.Path));
        container.Create().Ok();
        Assert.Equal($"{given.Path}/{container.Id}", DelegatedCgroup.Of(container.Pid));
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Below_a_cgroup_with_processes_a_limit_is_an_error_that_names_it()
    {
        using DelegatedCgroup given = new(_user, "memory");
        using Container container = New(given.PrefixIn(given.Path));
        container.Bundle.Linux["resources"] = new JsonObject { ["memory"] = new JsonObject { ["limit"] = 64 << 20 } };
        string message = ErrorMessage.Of(container.Create().Fails());
        Assert.Contains("linux.resources.memory.limit: the controller \"memory\" is not available", message, StringComparison.Ordinal);
        Assert.Contains($"{given.Path}/cgroup.subtree_control\": device or resource busy (EBUSY), because it has processes of its own", message, StringComparison.Ordinal);
        Assert.False(DelegatedCgroup.Exists($"{given.Path}/{container.Id}"));
        Leftovers.AssertNone(container);
    }

    // config-linux.md, "Cgroup ownership": the program's user would become the owner, and chown(2) needs CAP_CHOWN.
    [Fact]
    public void The_cgroup_of_a_program_with_another_id_stays_the_callers()
    {
        using Container container = new();
        OrdinaryUser user = OrdinaryUser.WithRanges(container.Path("."), 424263);
        using DelegatedCgroup given = new(user);
        user.Adopt(container);
        user.MapRange(container);
        container.Runtime.Prefix = given.Prefix;
        // On a host with cgroup v1 the config has no cgroup namespace.
        container.Bundle.Namespace("cgroup").Linux["namespaces"]!.AsArray().Add(new JsonObject { ["type"] = "cgroup" });
        container.Bundle.Mount("/sys/fs/cgroup", "cgroup", "cgroup", "rw");
        container.Bundle.Process["user"] = new JsonObject { ["uid"] = 5, ["gid"] = 5 };
        container.Bundle.Args("/bin/sleep", "100");
        container.Create().Ok();
        Assert.Equal($"{user.Uid}\n", Command.Run("stat", "-c", "%u", DelegatedCgroup.OnHost($"{given.Path}/{container.Id}")).Ok().Stdout);
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Root_of_a_user_namespace_has_what_its_user_has()
    {
        Requires.UserNamespaces();
        using DelegatedCgroup given = new(_user);
        using Container container = New([.. given.Prefix, "unshare", "--user", "--map-root-user"]);
        foreach (string map in (string[])["uidMappings", "gidMappings"]) container.Bundle.Linux[map]![0]!["hostID"] = 0;
        container.Create().Ok();
        Assert.Equal($"{given.Path}/{container.Id}", DelegatedCgroup.Of(container.Pid));
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_any_cgroup_of_the_users_only_a_container_without_limits_runs(bool unified)
    {
        if (!unified) Requires.CgroupV1();
        using Container container = New(unified && !File.Exists("/sys/fs/cgroup/cgroup.procs") ? [.. PureCgroupV2.Prefix, .. _user.Prefix] : _user.Prefix);
        container.Create().Ok();
        Assert.DoesNotContain(container.Id, File.ReadAllText($"/proc/{container.Pid}/cgroup"), StringComparison.Ordinal);
        container.Start().Ok();
        container.Exec("/bin/true").Ok();
        Assert.Contains("which were not permitted when it was created", ErrorMessage.Of(container.Runtime.Run("pause", container.Id).Fails()), StringComparison.Ordinal);
        container.Delete("--force").Ok();
        if (unified) container.Bundle.Linux["resources"] = new JsonObject { ["unified"] = new JsonObject { ["cgroup.max.depth"] = "5" } };
        else container.Bundle.Linux["resources"] = new JsonObject { ["pids"] = new JsonObject { ["limit"] = 5 } };
        string message = ErrorMessage.Of(container.Create().Fails());
        Assert.StartsWith(unified ? "linux.resources.unified[\"cgroup.max.depth\"]: rootless needs no limits" : "linux.resources.pids.limit: cannot set pids limit", message, StringComparison.Ordinal);
        Assert.Contains($"the cgroup above is not delegated to user {_user.Uid}: ", message, StringComparison.Ordinal);
        Assert.Contains($"this host: linux.resources.{(unified ? "unified" : "pids.limit")}", Check(container), StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    private static string Check(Container container) => container.Runtime.Run("check", "--bundle", container.Bundle.Directory).Exits(1).Stdout;

    private static Container New(string[] prefix)
    {
        Container container = _user.Adopt(new Container());
        container.Runtime.Prefix = prefix;
        container.Bundle.Args("/bin/sleep", "100");
        return container;
    }
}
