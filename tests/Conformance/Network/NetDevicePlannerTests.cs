// SPDX-License-Identifier: Apache-2.0
using Runcs.Network;
using Runcs.OciSpec;

namespace Runcs.Conformance.Network;

/// <summary>config-linux.md, "Network Devices": checks that do not need the kernel.</summary>
public class NetDevicePlannerTests
{
    [Theory]
    [InlineData("eth0", "")]
    [InlineData("eth0", "eth0")]
    [InlineData("eth0", "ctr%d")]
    [InlineData("eth0", "fifteen-bytes-l")]
    [InlineData("eth0.100", "a@b")]
    public void Valid_device_names_are_accepted(string name, string inner) => Assert.Empty(Problems(false, (name, inner)));

    [Theory]
    [InlineData("", "", "linux.netDevices.: the name of a network device must not be empty")]
    [InlineData("a/b", "", "linux.netDevices.a/b: \"a/b\" is no name of a network device: it has '/' in it")]
    [InlineData("eth%d", "", "linux.netDevices.eth%d: \"eth%d\" is no name")]
    [InlineData("..", "", "linux.netDevices...: \"..\" is no name")]
    [InlineData("sixteen-bytes-lo", "", "linux.netDevices.sixteen-bytes-lo: \"sixteen-bytes-lo\" is no name of a network device: it has more than 15 bytes")]
    [InlineData("eth0", "a b", "linux.netDevices.eth0.name: \"a b\" is no name")]
    [InlineData("eth0", "a:1", "linux.netDevices.eth0.name: \"a:1\" is no name")]
    [InlineData("eth0", "%d", "linux.netDevices.eth0.name: \"%d\" is no name")]
    [InlineData("eth0", "fourteen-byte-%d", "linux.netDevices.eth0.name: \"fourteen-byte-%d\" is no name of a network device: it has more than 15 bytes")]
    [InlineData("eth0", "e%dh", "linux.netDevices.eth0.name: \"e%dh\" is no name")]
    [InlineData("eth0", "e%s%d", "linux.netDevices.eth0.name: \"e%s\" is no name")]
    public void Invalid_device_names_are_refused(string name, string inner, string problem) =>
        Assert.StartsWith(problem, Assert.Single(Problems(false, (name, inner))), StringComparison.Ordinal);

    [Fact]
    public void No_two_devices_get_one_name()
    {
        Assert.Equal(["linux.netDevices.b.name: two devices would be named \"a\""], Problems(false, ("a", ""), ("b", "a")));
        Assert.Empty(Problems(false, ("a", "c%d"), ("b", "c%d")));
        Assert.Empty(Problems(false, ("a", "b"), ("b", "a")));
    }

    [Fact]
    public void A_container_in_the_hosts_network_gets_no_device() =>
        Assert.StartsWith("linux.netDevices: needs a network namespace", Assert.Single(Problems(true, ("a", ""))), StringComparison.Ordinal);

    private static List<string> Problems(bool inHostNetwork, params (string Name, string Inner)[] devices)
    {
        List<string> problems = [];
        NetDevicePlanner.PlanNetDevices(devices.ToDictionary(device => device.Name, device => new LinuxNetDevice { Name = device.Inner }), inHostNetwork, problems);
        return problems;
    }
}
