// SPDX-License-Identifier: Apache-2.0

namespace Runcs.Integration;

/// <summary>The guest meets the requirements of the tests that it runs: otherwise all of them would be skipped unnoticed.</summary>
public class GuestTests
{
    public GuestTests() => Requires.That(Environment.GetEnvironmentVariable("RUNCS_GUEST") != null, "is about the guest of the tests");

    [Fact]
    public void There_is_no_cgroup_hierarchy_but_v2_with_all_controllers()
    {
        Assert.Equal("cgroup2", Assert.Single(File.ReadLines("/proc/mounts"), line => line.Split(' ')[2].StartsWith("cgroup", StringComparison.Ordinal)).Split(' ')[2]);
        Assert.Equal("cpuset cpu io memory hugetlb pids rdma misc", File.ReadAllText("/sys/fs/cgroup/cgroup.controllers").TrimEnd('\n'));
    }

    [Fact]
    public void Every_capability_is_there()
    {
        string last = File.ReadAllText("/proc/sys/kernel/cap_last_cap");
        string effective = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("CapEff:", StringComparison.Ordinal))["CapEff:".Length..];
        Assert.Equal((1UL << int.Parse(last) + 1) - 1, Convert.ToUInt64(effective.Trim(), 16));
    }

    [Fact]
    public void AppArmor_takes_profiles()
    {
        Assert.Equal("Y\n", File.ReadAllText("/sys/module/apparmor/parameters/enabled"));
        Assert.NotNull(Programs.Find("apparmor_parser"));
        Command.Run(new Options { Stdin = "profile runcs-guest-test { file, }"u8.ToArray() }, "apparmor_parser", "--replace", "--skip-cache").Ok();
        Assert.Contains("runcs-guest-test (enforce)\n", File.ReadAllText("/sys/kernel/security/apparmor/profiles"), StringComparison.Ordinal);
        Command.Run(new Options { Stdin = "profile runcs-guest-test { file, }"u8.ToArray() }, "apparmor_parser", "--remove").Ok();
    }

    [Fact]
    public void There_are_dummy_network_devices()
    {
        Command.Run("ip", "link", "add", "guest0", "type", "dummy").Ok();
        Command.Run("ip", "link", "delete", "guest0").Ok();
    }
}
