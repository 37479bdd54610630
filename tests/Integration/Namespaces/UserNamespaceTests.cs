// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config-linux.md, "User namespace mappings": a container whose root has no privileges on the host.</summary>
[OnAnyRuntime]
public class UserNamespaceTests
{
    public UserNamespaceTests()
    {
        Requires.Root();
        Requires.UserNamespaces();
    }

    [Fact]
    [Requirement("config-linux/namespace-user")]
    public void The_ids_are_those_of_the_maps()
    {
        using Container container = UserMaps.NewContainer();
        UserMaps.Set(container, (0, UserMaps.Host, 1000), (1000, 300000, 10));
        container.Bundle.Linux["gidMappings"] = UserMaps.Of((0, 500000, UserMaps.Size));
        container.Bundle.Process["user"] = new JsonObject { ["uid"] = 1001, ["gid"] = 7, ["additionalGids"] = new JsonArray(8, 9) };
        container.Bundle.Shell("id -u; id -G; cat /proc/self/setgroups; cat /proc/self/uid_map /proc/self/gid_map; exec sleep 100");
        using RunningCommand run = container.StartRun();
        run.WaitForStdout("500000");
        Assert.Equal("1001|7 8 9|allow|0 100000 1000|1000 300000 10|0 500000 65536", string.Join('|', run.Stdout
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))));
        string[] status = File.ReadAllLines($"/proc/{container.Pid}/status");
        Assert.Contains("Uid:\t300001\t300001\t300001\t300001", status);
        Assert.Contains("Gid:\t500007\t500007\t500007\t500007", status);
        Assert.Contains("Groups:\t500008 500009 ", status);
        Assert.NotEqual(Link("self", "user"), Link(container.Pid, "user"));
        container.Kill("KILL").Ok();
    }

    [Fact]
    public void A_map_may_have_as_many_lines_as_the_kernel_takes()
    {
        using Container container = UserMaps.NewContainer();
        UserMaps.Set(container, [.. Enumerable.Range(0, 340).Select(i => (i, 2 * i + 1, 1))]);
        container.Bundle.Linux["gidMappings"] = UserMaps.Of((0, UserMaps.Host, UserMaps.Size));
        container.Bundle.Shell("wc -l < /proc/self/uid_map");
        Assert.Equal("340\n", container.Run().Ok().Stdout.TrimStart());
    }

    [Fact]
    public void Its_capabilities_are_worth_nothing_outside()
    {
        using Container container = UserMaps.NewContainer();
        container.Bundle.Privileged().Shell("""
            mount -t tmpfs tmpfs /mnt && echo mounted; ip link set lo down && echo network; hostname other && uname -n
            mknod /dev/kmsg c 1 11 2>/dev/null || echo no node; echo 1 2>/dev/null > /proc/sys/kernel/panic || echo no kernel
            """).Mount("/mnt", "tmpfs", "tmpfs");
        Assert.Equal("mounted\nnetwork\nother\nno node\nno kernel\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void The_terminal_and_the_standard_streams_are_its_users()
    {
        using Container container = UserMaps.NewContainer();
        container.Bundle.Process["user"] = new JsonObject { ["uid"] = 1000, ["gid"] = 1000 };
        container.Bundle.Shell("echo again > /dev/stdout");
        Assert.Equal("again\n", container.Run(new Options { Pipes = true }).Ok().Stdout);

        if (!RuntimeUnderTest.IsRuncs) return;
        container.Bundle.Process["terminal"] = true;
        container.Bundle.Shell("stat -c '%u:%g' /dev/console $(tty); echo ok > /dev/console");
        container.Bundle.Write();
        using TerminalUser user = new([RuntimeUnderTest.Executable, "--root", container.Path("state"), "run", "--bundle", container.Bundle.Directory, container.Id]);
        user.See("1000:5\r\n1000:5\r\nok\r\n");
        Assert.Equal(0, user.Wait());
    }

    [Fact]
    public void Hooks_in_the_container_are_run_by_its_root()
    {
        using Container container = UserMaps.NewContainer();
        string directory = Directory.CreateDirectory(container.Path("hooks")).FullName;
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_111_111);
        container.Bundle.Config["hooks"] = new JsonObject
        {
            ["createRuntime"] = FaultTests.Hook($"id -u > {directory}/runtime"),
            ["createContainer"] = FaultTests.Hook($"cat /proc/self/uid_map > {directory}/container"),
        };
        container.Bundle.Shell("true");
        container.Run().Ok();
        Assert.Equal("0\n", File.ReadAllText(directory + "/runtime"));
        Assert.Equal(["0", "100000", "65536"], File.ReadAllText(directory + "/container").Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Maps_that_the_kernel_refuses_are_named()
    {
        Requires.Runcs();
        using Container container = UserMaps.NewContainer();
        UserMaps.Set(container, (0, UserMaps.Host, 10), (5, 200000, 10));
        container.Bundle.Process["user"]!["uid"] = 30;
        Assert.Equal("linux.uidMappings[1].containerID: overlaps with [0]; linux.gidMappings[1].containerID: overlaps with [0]", ErrorMessage.Of(container.Create()));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_memory_limit_that_is_too_small_for_the_set_up_is_in_force_for_the_program()
    {
        Requires.Runcs();
        Requires.CgroupV1();
        using Container container = UserMaps.NewContainer();
        container.Bundle.Linux["resources"]!["memory"] = new JsonObject { ["limit"] = 1 << 20 };
        container.Bundle.Linux["cgroupsPath"] = $"/{container.Id}";
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        string directory = $"/sys/fs/cgroup/memory/{container.Id}";
        Assert.Equal("1048576\n", File.ReadAllText(directory + "/memory.limit_in_bytes"));
        Assert.Contains(container.Pid.ToString(), File.ReadAllLines(directory + "/cgroup.procs"));
    }

    [Theory]
    [Requirement("config-linux/ownership-needs-namespace", "config-linux/ownership-needs-mount", "config-linux/ownership-files",
        "config-linux/ownership-missing-files", "config-linux/ownership-existing-files", "config-linux/ownership-no-others")]
    [InlineData(true, "rw")]
    [InlineData(true, "ro")]
    [InlineData(false, "rw")]
    public void The_cgroup_is_its_users_if_it_may_write_there(bool ownNamespace, string access)
    {
        Requires.Runcs();
        using Container container = UserMaps.NewContainer();
        container.Runtime.Prefix = PureCgroupV2.Prefix;
        container.Bundle.Mounts.RemoveAt(6);
        container.Bundle.Mount("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", access);
        if (ownNamespace) ((JsonArray)container.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = "cgroup" });
        ((JsonObject)container.Bundle.Linux).Remove("resources");
        container.Bundle.Process["user"] = new JsonObject { ["uid"] = 3, ["gid"] = 3 };
        container.Bundle.Shell("cd /sys/fs/cgroup; stat -c %u . cgroup.procs cgroup.subtree_control cgroup.threads cgroup.freeze | tr '\\n' ' '; mkdir mine 2>/dev/null && echo made && rmdir mine");
        Assert.Equal(ownNamespace && access == "rw" ? "3 3 3 3 65534 made\n" : "65534 65534 65534 65534 65534 ", container.Run().Stdout);
        Leftovers.AssertNone(container);
    }

    private static string Link(object process, string file) => new FileInfo($"/proc/{process}/ns/{file}").LinkTarget!;
}
