// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config-linux.md, "Network Devices". The host's network is the test's own, in which runcs runs.</summary>
public sealed class NetDeviceTests : IDisposable
{
    private const string Template = "%d";
    private readonly RunningCommand? _holder;

    public NetDeviceTests()
    {
        Requires.Root();
        Requires.Runcs();
        Requires.Program("ip");
        _holder = Command.Start(Options.Default, "unshare", "--net", "sh", "-c", "ip link add dev0 type veth peer name far0 && ip link set far0 up && echo made && exec sleep 1000");
        _holder.WaitForStdout("made");
    }

    public void Dispose() => _holder?.Dispose();

    [Fact]
    [Requirement("config-linux/netdevices-available", "config-linux/netdevices-addresses", "config-linux/netdevices-up")]
    public void A_device_moves_with_its_addresses_and_is_up()
    {
        string mac = Mac(Host("ip", "-o", "link", "show", "dev0"));
        HostScript("""
            ip link set dev0 mtu 1400
            ip addr add 192.0.2.5/24 broadcast 192.0.2.99 dev dev0
            ip addr add 192.0.2.6/24 dev dev0 metric 77
            ip addr add 198.51.100.1 peer 198.51.100.2/32 dev dev0
            ip addr add 203.0.113.1/24 dev dev0 scope link
            ip addr add 203.0.114.2/24 dev dev0 valid_lft 1000 preferred_lft 1000
            ip -6 addr add 2001:db8::5/64 dev dev0 nodad
            ip -6 addr add 2001:db8:1::5/64 dev dev0 nodad noprefixroute
            """);
        using Container container = Make("ip link show dev0; ip addr show dev0");
        container.Bundle.Linux["netDevices"] = new JsonObject { ["dev0"] = new JsonObject() };
        string shown = container.Run().Ok().Stdout;
        Assert.Contains("mtu 1400", shown, StringComparison.Ordinal);
        Assert.Equal(mac, Mac(shown));
        Assert.Contains(",UP", shown, StringComparison.Ordinal);
        string[] addresses = Addresses(shown);
        Assert.Contains("inet 192.0.2.5/24 brd 192.0.2.99 scope global dev0", addresses);
        Assert.Contains("inet 192.0.2.6/24 scope global secondary dev0", addresses);
        Assert.Contains("inet 198.51.100.1 peer 198.51.100.2/32 scope global dev0", addresses);
        Assert.Contains(addresses, address => address.StartsWith("inet6 2001:db8::5/64 scope global", StringComparison.Ordinal));
        Assert.Contains(addresses, address => address.StartsWith("inet6 2001:db8:1::5/64 scope global", StringComparison.Ordinal));
        // Neither addresses of host scope nor learned, temporary ones.
        Assert.DoesNotContain("203.0.11", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("dev0", Host("ip", "-o", "link"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_users_settings_of_an_address_move_with_it()
    {
        HostScript("ip addr add 192.0.2.6/24 dev dev0 metric 77 noprefixroute label dev0:x");
        using Container container = Make("");
        container.Bundle.Args("/bin/sleep", "100").Linux["netDevices"] = new JsonObject { ["dev0"] = new JsonObject() };
        container.Up();
        string shown = Command.Run("nsenter", "-t", $"{container.Pid}", "-n", "ip", "addr", "show", "dev0").Ok().Stdout;
        Assert.Contains("inet 192.0.2.6/24 metric 77 scope global noprefixroute dev0:x", Addresses(shown));
    }

    [Theory]
    [InlineData("eth0", "eth0")]
    [InlineData("eth" + Template, "eth0")]
    [InlineData("lo" + Template, "lo0")]
    [InlineData("far0", "far0")]
    [Requirement("config-linux/netdevices-template")]
    public void A_device_gets_its_new_name(string name, string shown)
    {
        HostScript("ip addr add 192.0.2.5/24 dev dev0; ip link set dev0 up");
        using Container container = Make("ip -o link; ip -o addr");
        container.Bundle.Linux["netDevices"] = new JsonObject { ["dev0"] = new JsonObject { ["name"] = name } };
        string all = container.Run().Ok().Stdout;
        Assert.Matches($"[0-9]+: {shown}@.*,UP", all);
        Assert.Contains($"{shown}    inet 192.0.2.5/24 ", all, StringComparison.Ordinal);
        Assert.DoesNotContain("dev0", all, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_devices_get_the_next_free_names()
    {
        HostScript("ip link add dev1 type veth peer name far1; ip addr add 192.0.2.1/24 dev dev1; ip addr add 192.0.2.2/24 dev far1");
        using Container container = Make("ip -o -4 addr; ls /sys/class/net");
        container.Bundle.Linux["netDevices"] = new JsonObject
        {
            ["dev1"] = new JsonObject { ["name"] = "net" + Template },
            ["far1"] = new JsonObject { ["name"] = "net" + Template },
        };
        string shown = container.Run().Ok().Stdout;
        Assert.Contains("net0    inet 192.0.2.1/24", shown, StringComparison.Ordinal);
        Assert.Contains("net1    inet 192.0.2.2/24", shown, StringComparison.Ordinal);
        Assert.EndsWith("lo\nnet0\nnet1\n", shown, StringComparison.Ordinal);
    }

    // A pod's network, with its own device.
    [Fact]
    [Requirement("config-linux/netdevices-name-taken", "config-linux/netdevices-template", "config-linux/netdevices-not-moved-back")]
    public void A_joined_network_gets_the_device_unless_its_name_is_taken()
    {
        HostScript("ip addr add 192.0.2.5/24 dev dev0");
        using RunningCommand pod = Command.Start(Options.Default, "unshare", "--net", "sh", "-c",
            "ip link add taken0 type veth peer name taken1 && ip link set taken1 name dev0 && echo made && exec sleep 1000");
        pod.WaitForStdout("made");
        using Container container = Make("ip -o addr");
        container.Bundle.Namespace("network", $"/proc/{pod.Pid}/ns/net");
        foreach (string taken in (string[])["dev0", "taken0", "lo"])
        {
            container.Bundle.Linux["netDevices"] = new JsonObject { ["dev0"] = new JsonObject { ["name"] = taken } };
            Assert.Contains($"linux.netDevices.dev0: the container's network namespace has a network device \\\"{taken}\\\" already", container.Create().Fails().Stderr, StringComparison.Ordinal);
            Leftovers.AssertNone(container);
            Assert.Contains("dev0@far0", Host("ip", "-o", "link"), StringComparison.Ordinal);
        }
        container.Bundle.Linux["netDevices"] = new JsonObject { ["dev0"] = new JsonObject { ["name"] = "taken" + Template } };
        Assert.Contains("taken2    inet 192.0.2.5/24 ", container.Run().Ok().Stdout, StringComparison.Ordinal);
        // It stays in the network, which is the pod's.
        Assert.Contains("taken2", Command.Run("nsenter", "-t", $"{pod.Pid}", "-n", "ip", "-o", "link").Ok().Stdout, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("config-linux/netdevices-not-moved-back")]
    public void After_the_container_the_kernel_decides()
    {
        using Container container = Make("true");
        container.Bundle.Linux["netDevices"] = new JsonObject { ["dev0"] = new JsonObject() };
        container.Run().Ok();
        Leftovers.AssertNone(container);
        // It is virtual, so it is removed with the namespace, and with it the other end.
        Eventually.True(() => !Host("ip", "-o", "link").Contains("far0", StringComparison.Ordinal), "the pair is gone");
    }

    [Theory]
    [InlineData("no0", "no network device")]
    [InlineData("lo", "the container's network namespace has a network device")]
    [Requirement("config-linux/netdevices-possible")]
    public void A_device_that_cannot_come_is_named(string name, string reason)
    {
        using Container container = Make("true");
        container.Bundle.Linux["netDevices"] = new JsonObject { [name] = new JsonObject() };
        Assert.Contains($"linux.netDevices.{name}: {reason} \\\"{name}\\\"", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    [Requirement("config-linux/netdevices-possible")]
    public void A_device_that_the_kernel_keeps_is_named()
    {
        using Container container = Make("true");
        container.Bundle.Linux["netDevices"] = new JsonObject { ["lo"] = new JsonObject { ["name"] = "lo9" } };
        Assert.Contains("linux.netDevices.lo: the kernel cannot move a network device of this kind", container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_container_in_the_hosts_network_gets_no_device()
    {
        using Container container = Make("true");
        container.Bundle.Linux["netDevices"] = new JsonObject { ["dev0"] = new JsonObject() };
        container.Bundle.Namespace("network");
        Assert.Contains("linux.netDevices: needs a network namespace", container.Create().Fails().Stderr, StringComparison.Ordinal);
        container.Bundle.Namespace("network", $"/proc/{_holder!.Pid}/ns/net");
        Assert.Contains("linux.netDevices: needs a network namespace", container.Create().Fails().Stderr, StringComparison.Ordinal);
    }

    // runtime.md, "Errors": as if create had never been called.
    [Theory]
    [InlineData("hook")]
    [InlineData("program")]
    [InlineData("device")]
    public void A_create_that_fails_brings_the_device_back(string reason)
    {
        HostScript("ip addr add 192.0.2.5/24 dev dev0 label dev0:1; ip addr add 203.0.113.1/24 dev dev0 scope link; ip -6 addr add 2001:db8::5/64 dev dev0 nodad; ip link set dev0 up");
        string before = Shown();
        using Container container = Make("true");
        container.Bundle.Linux["netDevices"] = new JsonObject { ["dev0"] = new JsonObject { ["name"] = "eth" + Template } };
        if (reason == "hook") container.Bundle.Config["hooks"] = new JsonObject { ["createRuntime"] = FaultTests.Hook("exit 1") };
        if (reason == "program") container.Bundle.Args("/no/program");
        if (reason == "device") container.Bundle.Linux["netDevices"]!["no0"] = new JsonObject();
        container.Create().Fails();
        Leftovers.AssertNone(container);
        Assert.Equal(before, Shown());

        string Shown() => string.Join('\n', Addresses(Host("ip", "addr", "show", "dev0")).Where(line => !line.Contains("fe80:", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_device_is_present_before_the_hooks_and_in_sysfs()
    {
        using Container container = Make("cat /sys/class/net/eth7/flags");
        container.Bundle.Linux["netDevices"] = new JsonObject { ["dev0"] = new JsonObject { ["name"] = "eth7" } };
        string seen = container.Path("seen");
        container.Bundle.Config["hooks"] = new JsonObject
        {
            ["createRuntime"] = FaultTests.Hook($"pid=$(sed 's/.*\"pid\": *\\([0-9]*\\).*/\\1/'); nsenter -t $pid -n ip -o link show eth7 >{seen}"),
        };
        Assert.Equal("0x1003\n", container.Run().Ok().Stdout);
        Assert.Contains(",UP", File.ReadAllText(seen), StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_namespace_owns_the_network_it_comes_to()
    {
        HostScript("ip addr add 192.0.2.5/24 dev dev0");
        using Container container = Make("ip -o addr show eth0");
        ProcessTests.NewUserNamespace(container.Bundle);
        container.Bundle.Linux["netDevices"] = new JsonObject { ["dev0"] = new JsonObject { ["name"] = "eth0" } };
        Assert.Contains("inet 192.0.2.5/24", container.Run().Ok().Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_devices_need_no_more_descriptors_than_one()
    {
        const int Pairs = 100;
        HostScript($"i=0; while [ $i -lt {Pairs} ]; do echo link add n$i type veth peer name p$i; i=$((i + 1)); done | ip -batch -");
        using Container container = Make("ls /sys/class/net | grep -c '^[np][0-9]'");
        container.Bundle.Linux["netDevices"] = new JsonObject([.. Enumerable.Range(0, 2 * Pairs).Select(i => KeyValuePair.Create((i < Pairs ? "n" : "p") + i % Pairs, (JsonNode?)new JsonObject()))]);
        ((JsonObject)container.Bundle.Process).Remove("rlimits");
        container.Runtime.Tracer = ["bash", "-c", "ulimit -n 64; exec \"$@\"", "bash"];
        Assert.Equal($"{2 * Pairs}\n", container.Run().Ok().Stdout);
        Leftovers.AssertNone(container);
    }

    // The program's changes to it stay, also across commands of runcs.
    [Fact]
    [Requirement("config-linux/netdevices-not-managed")]
    public void In_the_container_the_program_may_change_the_device()
    {
        using Container container = Make("ip link set dev0 down; ip addr flush dev dev0; ip link set dev0 name mine0; echo done; sleep 100");
        container.Bundle.Privileged().Linux["netDevices"] = new JsonObject { ["dev0"] = new JsonObject() };
        HostScript("ip addr add 192.0.2.5/24 dev dev0");
        container.Up();
        int pid = container.Pid;
        Eventually.True(() => Inside().Contains("mine0", StringComparison.Ordinal), "the program has renamed it");
        Assert.Equal("running", container.Status);
        container.Kill("CONT").Ok();
        Assert.DoesNotContain(",UP", Inside(), StringComparison.Ordinal);
        Assert.DoesNotContain("inet", Inside(), StringComparison.Ordinal);

        string Inside() => Command.Run("nsenter", "-t", $"{pid}", "-n", "ip", "addr", "show", "mine0").Stdout;
    }

    private Container Make(string script)
    {
        Container container = new();
        container.Bundle.Shell(script);
        container.Runtime.Prefix = ["nsenter", $"--net=/proc/{_holder!.Pid}/ns/net"];
        return container;
    }

    private string Host(params string[] command) => Command.Run(["nsenter", "-t", $"{_holder!.Pid}", "-n", .. command]).Ok().Stdout;

    private void HostScript(string script) => Host("sh", "-ec", script);

    private static string Mac(string shown) => shown[(shown.IndexOf("link/ether ", StringComparison.Ordinal) + 11)..][..17];

    private static string[] Addresses(string shown) => [.. shown.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("inet", StringComparison.Ordinal))];
}
