// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config-linux.md, "Sysctl", and the working directory and read-only root, which are set at the same point.</summary>
public class SysctlTests
{
    [Theory, OnAnyRuntime]
    [InlineData("net.ipv4.ip_forward", "1", "/proc/sys/net/ipv4/ip_forward")]
    [InlineData("net/ipv4/ip_unprivileged_port_start", "80", "/proc/sys/net/ipv4/ip_unprivileged_port_start")]
    [InlineData("kernel.msgmax", "4242", "/proc/sys/kernel/msgmax")]
    [InlineData("fs.mqueue.msg_max", "42", "/proc/sys/fs/mqueue/msg_max")]
    public void A_parameter_of_the_containers_namespaces(string name, string value, string file)
    {
        Requires.Root();
        string host = File.Exists(file) ? File.ReadAllText(file) : "";
        using Container container = new();
        container.Bundle.Linux["sysctl"] = new JsonObject { [name] = value };
        container.Bundle.Args("/bin/cat", file);
        Assert.Equal(value + "\n", container.Run().Ok().Stdout);
        Assert.Equal(host, File.Exists(file) ? File.ReadAllText(file) : "");
    }

    [Fact]
    public void A_parameter_is_set_without_a_proc_of_the_container()
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Linux["sysctl"] = new JsonObject { ["kernel.msgmax"] = "4242" };
        foreach (JsonNode? mount in container.Bundle.Mounts.Where(mount => (string?)mount!["destination"] is "/proc" or "/sys/fs/cgroup").ToArray())
            container.Bundle.Mounts.Remove(mount);
        container.Bundle.Mount("/own", "proc", "proc", "ro").Args("/bin/cat", "/own/sys/kernel/msgmax");
        Assert.Equal("4242\n", container.Run().Ok().Stdout);
    }

    // The host's root owns its file there; the network namespace's root owns those of net.
    [Fact]
    public void In_a_user_namespace_the_uts_names_are_set()
    {
        Requires.Root();
        Requires.Runcs();
        string host = File.ReadAllText("/proc/sys/kernel/domainname");
        using Container container = UserMaps.NewContainer();
        container.Bundle.Linux["sysctl"] = new JsonObject { ["kernel.domainname"] = "inside", ["net.ipv4.ip_forward"] = "1" };
        container.Bundle.Args("/bin/cat", "/proc/sys/kernel/domainname", "/proc/sys/net/ipv4/ip_forward");
        Assert.Equal("inside\n1\n", container.Run().Ok().Stdout);
        Assert.Equal(host, File.ReadAllText("/proc/sys/kernel/domainname"));
    }

    [Fact]
    public void A_parameter_that_the_kernel_lacks_is_named()
    {
        Requires.Root();
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Linux["sysctl"] = new JsonObject { ["net.ipv4.nosuch"] = "1" };
        string message = ErrorMessage.Of(container.Run());
        Assert.Contains("linux.sysctl[\"net.ipv4.nosuch\"]: openat2(2) on \"/proc/sys/net/ipv4/nosuch\": no such file or directory (ENOENT)", message, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Theory, OnAnyRuntime]
    [InlineData("kernel.hostname")]
    [InlineData("vm.swappiness")]
    [InlineData("kernel.panic")]
    public void A_parameter_of_the_host_is_refused(string name)
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Linux["sysctl"] = new JsonObject { [name] = "1" };
        container.Run().Fails();
        Leftovers.AssertNone(container);
    }

    [Fact, OnAnyRuntime]
    [Requirement("config/root-readonly")]
    public void The_root_is_read_only_and_what_is_mounted_on_it_is_not()
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Config["root"]!["readonly"] = true;
        container.Bundle.Mount("/tmp", "tmpfs", "tmpfs").Shell("touch /x 2>/dev/null || echo closed; touch /tmp/x && echo open");
        Assert.Equal("closed\nopen\n", container.Run().Ok().Stdout);
    }

    [Fact, OnAnyRuntime]
    public void A_missing_working_directory_is_made()
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Process["cwd"] = "/a/b/c";
        container.Bundle.Config["root"]!["readonly"] = true;
        container.Bundle.Args("/bin/pwd");
        Assert.Equal("/a/b/c\n", container.Run().Ok().Stdout);
    }
}
