// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>An ordinary user on a host with systemd: --systemd-cgroup makes units of the user's own manager.</summary>
[InSystemdGuest]
public class UserUnitTests
{
    private const string Slice = UserSession.ManagerCgroup + "/user.slice";

    private static readonly OrdinaryUser _user = OrdinaryUser.WithoutRanges(UserSession.Uid);

    public UserUnitTests() => UserSession.Require();

    [Fact]
    public void The_whole_life_of_a_container_is_in_a_unit_of_the_users()
    {
        using Container container = New(":test:{id}");
        container.Bundle.Linux["resources"] = new JsonObject
        {
            ["memory"] = new JsonObject { ["limit"] = 64 << 20 },
            ["cpu"] = new JsonObject { ["quota"] = 25000, ["period"] = 50000 },
            ["pids"] = new JsonObject { ["limit"] = 42 },
        };
        container.Create().Ok();
        string unit = $"test-{container.Id}.scope", path = $"{Slice}/{unit}";
        Assert.Equal(path, DelegatedCgroup.Of(container.Pid));
        foreach ((string file, string value) in (ReadOnlySpan<(string, string)>)[("memory.max", "67108864"), ("cpu.max", "25000 50000"), ("pids.max", "42")])
            Assert.Equal(value, DelegatedCgroup.Read(path, file));
        Assert.Equal("active\nyes\nuser.slice\n42\n67108864\n", Show(unit, "ActiveState", "Delegate", "Slice", "TasksMax", "MemoryMax"));
        // Later commands of an engine do not repeat --systemd-cgroup.
        container.Runtime.GlobalOptions = [];
        container.Start().Ok();
        // The caller is in a cgroup of root's, so the kernel lets only systemd move its processes.
        string pidFile = container.Path("pid");
        container.Runtime.Run("exec", "--detach", "--pid-file", pidFile, container.Id, "/bin/sleep", "100").Ok();
        Assert.Equal(path, DelegatedCgroup.Of(int.Parse(File.ReadAllText(pidFile), CultureInfo.InvariantCulture)));
        container.Runtime.Run("update", "--pids-limit", "50", container.Id).Ok();
        Assert.Equal(("50", "50\n"), (DelegatedCgroup.Read(path, "pids.max"), Show(unit, "TasksMax")));
        container.Runtime.Run("pause", container.Id).Ok();
        Assert.Equal("paused", container.Status);
        container.Runtime.Run("resume", container.Id).Ok();
        container.Delete("--force").Ok();
        Assert.Equal("not-found\n", Show(unit, "LoadState"));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_process_joins_the_first_one_where_the_unit_takes_none()
    {
        using Container container = New(":test:{id}");
        container.Bundle.Mount("/sys/fs/cgroup", "cgroup", "cgroup", "rw");
        // As systemd does in a container: no process in a cgroup with controllers (cgroup-v2.rst, "No Internal Process Constraint").
        // What it can make there is its own, but not its limits (cgroups(7), nsdelegate).
        container.Bundle.Linux["resources"] = new JsonObject { ["pids"] = new JsonObject { ["limit"] = 42 } };
        container.Bundle.Shell("echo max > /sys/fs/cgroup/pids.max; mkdir /sys/fs/cgroup/first && echo 1 > /sys/fs/cgroup/first/cgroup.procs && echo +pids > /sys/fs/cgroup/cgroup.subtree_control && exec sleep 100");
        container.Up();
        string path = $"{Slice}/test-{container.Id}.scope";
        Eventually.True(() => DelegatedCgroup.Read(path, "cgroup.subtree_control") == "pids", "a cgroup with controllers");
        Assert.Equal("42", DelegatedCgroup.Read(path, "pids.max"));
        string pidFile = container.Path("pid");
        container.Runtime.Run("exec", "--detach", "--pid-file", pidFile, container.Id, "/bin/sleep", "100").Ok();
        Assert.Equal(path + "/first", DelegatedCgroup.Of(int.Parse(File.ReadAllText(pidFile), CultureInfo.InvariantCulture)));
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData("--unset=DBUS_SESSION_BUS_ADDRESS")]
    // As in a shell of sudo: the directory is found where the login has made it.
    [InlineData("--unset=XDG_RUNTIME_DIR --unset=DBUS_SESSION_BUS_ADDRESS")]
    [InlineData("XDG_RUNTIME_DIR=/tmp/none DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus,guid=0")]
    public void The_manager_is_found_by_its_socket_or_over_the_bus(string environment)
    {
        using Container container = New(null);
        container.Runtime.Tracer = ["env", .. environment.Split(' ')];
        AssertItsUnitLivesAsLong(container);
    }

    [Fact]
    public void Without_a_manager_both_sockets_are_named_with_the_remedy()
    {
        using Container container = New(null);
        container.Runtime.Tracer = ["env", "--unset=DBUS_SESSION_BUS_ADDRESS", $"XDG_RUNTIME_DIR={container.Path("none")}"];
        Assert.StartsWith($"unable to connect to the user's systemd, or to {container.Path("none/bus")}: connect(2) on \"{container.Path("none/systemd/private")}\": no such file or directory (ENOENT): log in as this user",
            ErrorMessage.Of(container.Create().Fails()), StringComparison.Ordinal);
        // A user who has never logged in.
        OrdinaryUser stranger = OrdinaryUser.WithoutRanges(424262);
        stranger.Give(container.Path("."));
        container.Runtime.Prefix = stranger.Prefix;
        container.Runtime.Tracer = ["env", "--unset=DBUS_SESSION_BUS_ADDRESS", "--unset=XDG_RUNTIME_DIR"];
        Assert.StartsWith("unable to connect to the user's systemd: XDG_RUNTIME_DIR is not set, and there is no /run/user/424262: log in as this user", ErrorMessage.Of(container.Create().Fails()), StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_controller_that_the_manager_does_not_have_is_named_with_the_remedy()
    {
        using Container container = New(null);
        container.Bundle.Linux["resources"] = new JsonObject { ["blockIO"] = new JsonObject { ["weight"] = 100 } };
        string message = ErrorMessage.Of(container.Create().Fails());
        Assert.Contains($"linux.resources.blockIO.weight: the controller \"io\" is not available in /sys/fs/cgroup{Slice}/runcs-{container.Id}.scope: ", message, StringComparison.Ordinal);
        Assert.Contains("have root add Delegate=io to user@.service", message, StringComparison.Ordinal);
        Assert.Equal("not-found\n", Show($"runcs-{container.Id}.scope", "LoadState"));
        Assert.Contains("this host: linux.resources.blockIO.weight: the controller \"io\" is not available", container.Runtime.Run("check", "--bundle", container.Bundle.Directory).Exits(1).Stdout, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    // As an engine runs it: Podman is root of a user namespace with the user's ids.
    [Fact]
    public void Root_of_a_user_namespace_has_the_manager_of_its_user()
    {
        using Container container = New(null);
        container.Runtime.Prefix = [.. UserSession.Login, "unshare", "--user", "--map-root-user"];
        foreach (string map in (string[])["uidMappings", "gidMappings"]) container.Bundle.Linux[map]![0]!["hostID"] = 0;
        AssertItsUnitLivesAsLong(container);
    }

    [Fact]
    public void Without_systemd_a_session_has_no_cgroup_to_give_but_a_scope_has()
    {
        using Container container = New(null);
        container.Runtime.GlobalOptions = [];
        container.Create().Ok();
        Assert.StartsWith("/user.slice/user-1000.slice/session-", DelegatedCgroup.Of(container.Pid), StringComparison.Ordinal);
        container.Delete("--force").Ok();
        container.Bundle.Linux["resources"] = new JsonObject { ["pids"] = new JsonObject { ["limit"] = 5 } };
        string message = ErrorMessage.Of(container.Create().Fails());
        Assert.StartsWith("linux.resources.pids.limit: rootless needs no limits + no cgrouppath", message, StringComparison.Ordinal);
        Assert.Contains("use --systemd-cgroup, or run runcs below systemd-run --user --scope -p Delegate=yes", message, StringComparison.Ordinal);
        container.Runtime.Prefix = UserSession.Delegated;
        container.Bundle.Shell("cat /sys/fs/cgroup/pids.max");
        Assert.Equal("5\n", container.Run().Ok().Stdout);
        Leftovers.AssertNone(container);
    }

    private static void AssertItsUnitLivesAsLong(Container container)
    {
        container.Create().Ok();
        Assert.Equal($"{Slice}/runcs-{container.Id}.scope", DelegatedCgroup.Of(container.Pid));
        container.Delete("--force").Ok();
        Assert.Equal("not-found\n", Show($"runcs-{container.Id}.scope", "LoadState"));
        Leftovers.AssertNone(container);
    }

    private static Container New(string? cgroupsPath)
    {
        Container container = _user.Adopt(new Container());
        container.Runtime.Prefix = UserSession.Login;
        container.Runtime.GlobalOptions = ["--systemd-cgroup"];
        if (cgroupsPath != null) container.Bundle.Linux["cgroupsPath"] = cgroupsPath.Replace("{id}", container.Id, StringComparison.Ordinal);
        container.Bundle.Args("/bin/sleep", "100");
        return container;
    }

    // Of a unit of the user, one value a line.
    private static string Show(string unit, params string[] properties) =>
        UserSession.Shell(string.Join("; ", properties.Select(property => $"systemctl --user show -P {property} {unit}"))).Ok().Stdout;
}
