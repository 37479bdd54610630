// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config-linux.md, "Namespaces", and the names of the uts namespace.</summary>
[OnAnyRuntime]
public class NamespaceTests
{
    // The type in the config, and the file in /proc/PID/ns.
    private static readonly (string Type, string File)[] _kinds =
        [("pid", "pid"), ("network", "net"), ("ipc", "ipc"), ("uts", "uts"), ("mount", "mnt"), ("cgroup", "cgroup")];

    public NamespaceTests() => Requires.Root();

    [Fact]
    [Requirement("config-linux/namespaces-new", "config-linux/namespaces-unlisted", "config-linux/namespace-pid",
        "config-linux/namespace-network", "config-linux/namespace-mount", "config-linux/namespace-ipc", "config-linux/namespace-uts",
        "config-linux/namespace-cgroup")]
    public void Each_kind_is_new_when_it_is_listed_and_the_hosts_when_it_is_not()
    {
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        SetNamespaces(container, "pid", "network", "ipc", "uts", "mount", "cgroup");
        container.Up();
        foreach ((string type, string file) in _kinds)
            Assert.True(Link("self", file) != Link(container.Pid, file), $"{type} is the host's");
        Assert.Equal(Link("self", "user"), Link(container.Pid, "user"));
        Assert.Equal(Link("self", "time"), Link(container.Pid, "time"));

        using Container other = new();
        ((JsonObject)other.Bundle.Config).Remove("hostname");
        ((JsonObject)other.Bundle.Linux).Remove("resources");
        other.Bundle.Args("/bin/sleep", "100");
        SetNamespaces(other, "mount");
        other.Up();
        foreach ((string type, string file) in _kinds.Where(kind => kind.Type != "mount"))
            Assert.True(Link("self", file) == Link(other.Pid, file), $"{type} is not the host's");
        other.Kill("KILL").Ok();
    }

    [Fact]
    [Requirement("config-linux/namespace-network")]
    public void A_new_network_has_the_loopback_interface_up_and_nothing_else()
    {
        using Container container = new();
        container.Bundle.Shell("ip -o link; ip -o addr");
        string[] lines = container.Run().Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("UP", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("inet 127.0.0.1/8", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.StartsWith("1: lo", line, StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("config-linux/namespace-uts")]
    public void The_names_of_the_uts_namespace_are_the_configs()
    {
        using Container container = new();
        container.Bundle.Config["hostname"] = "a-host";
        container.Bundle.Config["domainname"] = "a-domain";
        container.Bundle.Shell("uname -n; cat /proc/sys/kernel/domainname");
        string host = Environment.MachineName;
        Assert.Equal("a-host\na-domain\n", container.Run().Ok().Stdout);
        Assert.Equal(host + "\n", Command.Run("uname", "-n").Ok().Stdout);
    }

    [Theory]
    [InlineData("hostname")]
    [InlineData("domainname")]
    public void A_name_without_an_uts_namespace_is_refused(string name)
    {
        using Container container = new();
        ((JsonObject)container.Bundle.Config).Remove("hostname");
        container.Bundle.Config[name] = "x";
        container.Bundle.Namespace("uts");
        container.Create().Fails();
        Leftovers.AssertNone(container);
    }

    [Fact]
    [Requirement("config-linux/namespaces-path-joined")]
    public void Another_containers_namespaces_are_joined_by_path()
    {
        using Container first = new();
        first.Bundle.Config["hostname"] = "the-first";
        first.Bundle.Args("/bin/sleep", "100");
        first.Up();
        using Container second = new();
        ((JsonObject)second.Bundle.Config).Remove("hostname");
        foreach ((string type, string file) in _kinds.Where(kind => kind.Type != "mount"))
            second.Bundle.Namespace(type, $"/proc/{first.Pid}/ns/{file}");
        second.Bundle.Args("/bin/sh", "-c", "uname -n; cat /proc/1/comm; ip -o link | wc -l; sleep 100");
        second.Up();
        foreach ((string type, string file) in _kinds.Where(kind => kind.Type != "mount"))
            Assert.True(Link(first.Pid, file) == Link(second.Pid, file), $"{type} is not joined");
        Assert.NotEqual(Link(first.Pid, "mnt"), Link(second.Pid, "mnt"));
    }

    [Fact]
    public void A_network_that_was_left_behind_a_file_is_joined_as_it_is()
    {
        using Container container = new();
        // As ip-netns(8) makes it below /run/netns.
        string file = container.Path("net");
        File.WriteAllText(file, "");
        Command.Run("unshare", $"--net={file}", "true").Ok();
        try
        {
            container.Bundle.Namespace("network", file).Shell("ip -o link");
            string links = container.Run().Ok().Stdout;
            // Loopback is brought up only in the container's own namespace.
            Assert.Contains("1: lo", links, StringComparison.Ordinal);
            Assert.DoesNotContain("UP", links, StringComparison.Ordinal);
        }
        finally
        {
            Command.Run("umount", file).Ok();
        }
    }

    [Fact]
    public void A_mount_namespace_is_joined_and_the_root_set_up_in_it()
    {
        using Container container = new();
        using RunningCommand other = Command.Start(Options.Default, "unshare", "--mount", "--propagation", "private", "sh", "-c", "echo in; exec sleep 100");
        other.WaitForStdout("in");
        container.Bundle.Namespace("mount", $"/proc/{other.Pid}/ns/mnt").Shell("readlink /proc/self/ns/mnt; ls -d /sys/kernel /dev/null");
        Assert.Equal($"{Link(other.Pid, "mnt")}\n/dev/null\n/sys/kernel\n", container.Run().Ok().Stdout);
        Assert.DoesNotContain(MountTable.Read(), point => MountTable.IsUnder(point, container.Bundle.Directory));
        other.Signal(Libc.SIGKILL);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_joined_uts_namespace_gets_the_configs_hostname()
    {
        using Container first = new();
        first.Bundle.Args("/bin/sleep", "100");
        first.Up();
        using Container second = new();
        second.Bundle.Config["hostname"] = "renamed";
        second.Bundle.Namespace("uts", $"/proc/{first.Pid}/ns/uts").Shell("uname -n");
        Assert.Equal("renamed\n", second.Run().Ok().Stdout);
    }

    [Theory]
    [Requirement("config-linux/namespaces-path-type", "config-linux/namespaces-path-absolute")]
    [InlineData("network", "/nowhere/net", "no such file or directory")]
    [InlineData("network", "/proc/self/ns/uts", "is not a network namespace")]
    [InlineData("ipc", "/etc/passwd", "is not a ipc namespace")]
    [InlineData("pid", "/etc", "is not a pid namespace")]
    [InlineData("network", "relative/net", "must be absolute")]
    public void A_path_that_is_no_namespace_of_the_kind_is_refused(string type, string path, string reason)
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Namespace(type, path);
        string stderr = container.Create().Fails().Stderr;
        Assert.Contains("linux.namespaces[", stderr, StringComparison.Ordinal);
        Assert.Contains("].path: ", stderr, StringComparison.Ordinal);
        Assert.Contains(reason, stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Theory]
    [Requirement("config-linux/namespaces-duplicate")]
    [InlineData("pid")]
    [InlineData("network")]
    [InlineData("mount")]
    public void A_kind_that_is_listed_twice_is_refused(string type)
    {
        using Container container = new();
        ((JsonArray)container.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = type });
        container.Create().Fails();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void In_the_hosts_pid_namespace_the_program_sees_the_hosts_processes()
    {
        using Container container = new();
        container.Bundle.Namespace("pid").Shell("echo $$; cat /proc/1/comm; cat /proc/self/stat");
        string[] lines = container.Run().Ok().Stdout.Split('\n');
        Assert.NotEqual("1", lines[0]);
        Assert.Equal(File.ReadAllText("/proc/1/comm").Trim(), lines[1]);
        // It leads its own session all the same.
        string[] fields = lines[2].Split(' ');
        Assert.Equal(lines[0], fields[5]);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Without_listed_namespaces_ipc_and_network_are_the_hosts()
    {
        using Container container = new();
        container.Bundle.Namespace("network").Namespace("ipc").Shell("readlink /proc/self/ns/net; readlink /proc/self/ns/ipc");
        Assert.Equal($"{Link("self", "net")}\n{Link("self", "ipc")}\n", container.Run().Ok().Stdout);
    }

    [Fact]
    [Requirement("config-linux/namespace-cgroup")]
    public void A_cgroup_namespace_has_the_containers_cgroup_as_its_root()
    {
        using Container container = new();
        SetNamespaces(container, "pid", "network", "ipc", "uts", "mount", "cgroup");
        container.Bundle.Args("/bin/cat", "/proc/self/cgroup");
        string[] lines = container.Run().Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.EndsWith(":/", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_mount_namespace_the_root_is_changed_and_nothing_mounted()
    {
        using Container container = new();
        container.Bundle.Mounts.Clear();
        ((JsonObject)container.Bundle.Linux).Remove("maskedPaths");
        ((JsonObject)container.Bundle.Linux).Remove("readonlyPaths");
        container.Bundle.Config["root"]!["readonly"] = false;
        container.Bundle.Namespace("mount").Shell("ls /; ls /proc | wc -l; echo > /dev/null && echo null");
        Assert.Equal("bin\ndev\netc\nhome\nproc\nroot\nrun\nsys\ntmp\nvar\n0\nnull\n", container.Run().Ok().Stdout);
        Leftovers.AssertNone(container);
    }

    private static void SetNamespaces(Container container, params string[] types) =>
        container.Bundle.Linux["namespaces"] = new JsonArray([.. types.Select(type => (JsonNode)new JsonObject { ["type"] = type })]);

    private static string Link(object process, string file) => new FileInfo($"/proc/{process}/ns/{file}").LinkTarget!;
}
