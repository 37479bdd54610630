// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Cgroups.Systemd;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Conformance.Cgroups.Systemd;

/// <summary>The service manager of a user (systemctl --user): its sockets, and its units below its own cgroup.</summary>
public class UserManagerTests
{
    private const string Manager = "/user.slice/user-1000.slice/user@1000.service";

    // D-Bus Specification, "Server Addresses".
    [Theory]
    [InlineData("unix:path=/run/user/1000/bus", "/run/user/1000/bus")]
    [InlineData("unix:path=/run/user/1000/bus,guid=0123456789abcdef0123456789abcdef", "/run/user/1000/bus")]
    [InlineData("unix:guid=0123456789abcdef0123456789abcdef,path=/a%20b%2fc%3B", "/a b/c;")]
    [InlineData("unix:path=/%c3%a4", "/ä")]
    [InlineData("unix:path=/100%", "/100%")]
    [InlineData("unix:path=/100%2", "/100%2")]
    [InlineData("unix:path=/100%zz", "/100%zz")]
    [InlineData("unix:abstract=/tmp/dbus-x,guid=1", "\0/tmp/dbus-x")]
    [InlineData("unix:runtime=yes", "/run/user/1/bus")]
    [InlineData("tcp:host=localhost,port=4;unix:path=/second", "/second")]
    [InlineData("unix:path=relative;unix:path=/second", "/second")]
    [InlineData("unix:tmpdir=/tmp", "")]
    [InlineData("unix:path", "")]
    [InlineData("autolaunch:", "")]
    [InlineData("/run/user/1000/bus", "")]
    [InlineData("", "")]
    public void An_address_names_a_socket(string address, string socket) => Assert.Equal(socket, BusAddress.Parse(address, "/run/user/1"));

    [Theory]
    [InlineData("/run/user/7", null, "/run/user/7/systemd/private", "/run/user/7/bus")]
    [InlineData("/run/user/7", "unix:path=/bus", "/run/user/7/systemd/private", "/bus")]
    [InlineData("/run/user/7", "tcp:host=a", "/run/user/7/systemd/private", "/run/user/7/bus")]
    [InlineData(null, "unix:path=/bus", "", "/bus")]
    [InlineData(null, null, "", "")]
    [InlineData(null, "unix:runtime=yes", "", "")]
    public void The_environment_names_the_sockets(string? runtimeDirectory, string? bus, string own, string broker)
    {
        ManagerSockets sockets = ManagerSockets.OfUser(runtimeDirectory, bus, 7);
        Assert.Equal((own, broker, true), (sockets.Private, sockets.Broker, sockets.IsUsers));
        Assert.Equal(own.Length == 0, sockets.Remedy.StartsWith("XDG_RUNTIME_DIR is not set, and there is no /run/user/7: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "runcs-id.scope", "user.slice", "/user.slice/runcs-id.scope")]
    [InlineData(":libpod:1", "libpod-1.scope", "user.slice", "/user.slice/libpod-1.scope")]
    [InlineData("user-a.slice:libpod:1", "libpod-1.scope", "user-a.slice", "/user.slice/user-a.slice/libpod-1.scope")]
    [InlineData("-.slice:a:b", "a-b.scope", "-.slice", "/a-b.scope")]
    [InlineData("a.slice:ignored:a-b.slice", "a-b.slice", "a.slice", "/a.slice/a-b.slice")]
    public void A_unit_is_below_the_cgroup_of_the_manager(string? cgroupsPath, string name, string slice, string path)
    {
        CgroupPlan plan = Plan(Hosts.Unified, cgroupsPath, Request with { UserManager = Manager });
        Assert.Equal(Manager + path, Assert.Single(plan.Places).Path);
        Assert.Equal(name, plan.Unit!.Name);
        Assert.Contains(plan.Unit.Start, property => property.ToString().Contains($"\"{slice}\"", StringComparison.Ordinal));
        // Its device rules may be refused; that of the host's manager may not.
        Assert.True(plan.Rootless);
        Assert.False(Plan(Hosts.Unified, cgroupsPath, Request).Rootless);
    }

    [Fact]
    public void What_the_manager_lacks_is_an_error()
    {
        Assert.Equal("no bus", Assert.Throws<RuncsException>(() => Plan(Hosts.Unified, null, Request with { Problem = "no bus" })).Message);
        Assert.Equal("cgroup v2 not enabled on this host, can't use systemd (rootless) as cgroups manager",
            Assert.Throws<RuncsException>(() => Plan(Hosts.Hybrid, null, Request with { UserManager = Manager })).Message);
    }

    private static SystemdRequest Request => new(true, new Dictionary<string, string>());

    private static CgroupPlan Plan(CgroupFacts facts, string? cgroupsPath, SystemdRequest request) =>
        CgroupPlanner.PlanCgroups(new LinuxResources(), cgroupsPath, "id", facts, systemd: request, rootless: true);
}
