// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config-linux.md, "User namespace mappings": a container whose root has no privileges on the host.</summary>
[OnAnyRuntime]
public class UserNamespaceTests
{
    internal const int Host = 100000;
    private const int Size = 65536;

    public UserNamespaceTests()
    {
        Requires.Root();
        Requires.UserNamespaces();
    }

    [Fact]
    [Requirement("config-linux/namespace-user")]
    public void The_ids_are_those_of_the_maps()
    {
        using Container container = Mapped();
        SetMaps(container, (0, Host, 1000), (1000, 300000, 10));
        container.Bundle.Linux["gidMappings"] = Map((0, 500000, Size));
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
        using Container container = Mapped();
        SetMaps(container, [.. Enumerable.Range(0, 340).Select(i => (i, 2 * i + 1, 1))]);
        container.Bundle.Linux["gidMappings"] = Map((0, Host, Size));
        container.Bundle.Shell("wc -l < /proc/self/uid_map");
        Assert.Equal("340\n", container.Run().Ok().Stdout.TrimStart());
    }

    [Fact]
    public void Every_default_mount_device_and_limit_is_there()
    {
        using Container container = Mapped();
        container.Bundle.Process["oomScoreAdj"] = 500;
        container.Bundle.Linux["sysctl"] = new JsonObject { ["net.ipv4.ip_forward"] = "1" };
        container.Bundle.Shell("""
            while read -r _ point type _; do echo "$type $point"; done < /proc/mounts | sort
            for node in null zero full random urandom tty; do test -c /dev/$node && echo $node; done
            head -c 1 /dev/zero | wc -c; echo lost > /dev/null; cat /proc/keys; ls /sys/firmware
            cat /proc/sys/net/ipv4/ip_forward /proc/self/oom_score_adj; ulimit -n; ulimit -Hn; uname -n
            ls -nd /dev/mqueue /dev/shm | awk '{ print $3 }'
            cat /sys/class/net/lo/flags; ip -o addr | grep -c 127.0.0.1
            """);
        string output = container.Run().Ok().Stdout;
        foreach (string mount in (string[])["proc /proc", "tmpfs /dev", "devpts /dev/pts", "tmpfs /dev/shm", "mqueue /dev/mqueue", "sysfs /sys", "proc /proc/sys"])
            Assert.Contains(mount + "\n", output, StringComparison.Ordinal);
        Assert.EndsWith("null\nzero\nfull\nrandom\nurandom\ntty\n1\n1\n500\n1024\n1024\nrunc\n0\n0\n0x9\n1\n", output, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Its_capabilities_are_worth_nothing_outside()
    {
        using Container container = Mapped();
        container.Bundle.Privileged().Shell("""
            mount -t tmpfs tmpfs /mnt && echo mounted; ip link set lo down && echo network; hostname other && uname -n
            mknod /dev/kmsg c 1 11 2>/dev/null || echo no node; echo 1 2>/dev/null > /proc/sys/kernel/panic || echo no kernel
            """).Mount("/mnt", "tmpfs", "tmpfs");
        Assert.Equal("mounted\nnetwork\nother\nno node\nno kernel\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void Flags_of_the_hosts_mounts_cannot_be_cleared_inside()
    {
        using Container container = Mapped();
        string source = Directory.CreateDirectory(container.Path("source")).FullName;
        Command.Run("mount", "-t", "tmpfs", "-o", "ro,nodev,nosuid,mode=755", "locked", source).Ok();
        container.Bundle.Privileged().Mount("/mnt", "bind", source, "rbind")
            .Shell("mount -o remount,bind,rw,dev,suid /mnt 2>/dev/null && echo undone; grep ' /mnt ' /proc/mounts | cut -d' ' -f4 | cut -d, -f1-3");
        Assert.Equal("ro,nosuid,nodev\n", container.Run().Ok().Stdout);
    }

    [Fact]
    [Requirement("config-linux/mappings-ownership")]
    public void Files_that_it_makes_are_its_users_on_the_host()
    {
        using Container container = Mapped();
        string directory = Directory.CreateDirectory(container.Path("shared")).FullName;
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_111_111);
        container.Bundle.Mount("/mnt", "bind", directory, "rbind").Shell("touch /mnt/file; mkfifo /mnt/pipe");
        container.Bundle.Process["user"] = new JsonObject { ["uid"] = 5, ["gid"] = 6 };
        container.Run().Ok();
        Assert.Equal("100005 100006\n100005 100006\n", Command.Run("stat", "-c", "%u %g", directory + "/file", directory + "/pipe").Ok().Stdout);
        Assert.Equal("0 0\n0 0\n", Command.Run("stat", "-c", "%u %g", container.Bundle.Rootfs, container.Bundle.Rootfs + "/etc/passwd").Ok().Stdout);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1234)]
    public void Sources_and_the_root_may_lie_below_directories_that_are_closed_to_it(int owner)
    {
        // runc requires the root to be reachable.
        Requires.Runcs();
        using Container container = Mapped();
        string closed = Directory.CreateDirectory(container.Path("closed")).FullName;
        Directory.CreateDirectory(closed + "/source");
        File.WriteAllText(closed + "/source/file", "here\n");
        File.WriteAllText(closed + "/single", "too\n");
        Harness.Rootfs.Make(closed + "/rootfs");
        File.SetUnixFileMode(closed, (UnixFileMode)0b111_000_000);
        Command.Run("chown", $"{owner}:{owner}", closed).Ok();
        container.Bundle.Config["root"]!["path"] = closed + "/rootfs";
        container.Bundle.Mount("/tmp", "bind", closed + "/source", "rbind", "ro").Mount("/etc/passwd", "bind", closed + "/single", "bind")
            .Shell("cat /tmp/file /etc/passwd; touch /tmp/x 2>/dev/null || echo read-only; grep -c ' / ' /proc/mounts");
        Assert.Equal("here\ntoo\nread-only\n1\n", container.Run().Ok().Stdout);
        Assert.Equal("here\ntoo\nread-only\n1\n", container.Run("--no-pivot").Ok().Stdout);
        // The helper that opened them does not outlive a failed create.
        container.Bundle.Config["hooks"] = new JsonObject { ["createRuntime"] = FaultTests.Hook("exit 3") };
        Assert.Contains("hook #0", ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
        ((JsonObject)container.Bundle.Config).Remove("hooks");
        container.Bundle.Mount("/var", "bind", closed + "/nothing", "rbind");
        Assert.Equal($"mounts[9]: open_tree(2) on \"{closed}/nothing\": no such file or directory (ENOENT) (destination \"/var\")", ErrorMessage.Of(container.Run()));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_device_is_bound_from_the_host_or_missed_by_its_path()
    {
        Requires.Runcs();
        using Container container = Mapped();
        JsonObject node = new() { ["path"] = "/dev/kmsg", ["type"] = "c", ["major"] = 1, ["minor"] = 11 };
        container.Bundle.Linux["devices"] = new JsonArray(node, new JsonObject { ["path"] = "/dev/a-pipe", ["type"] = "p", ["fileMode"] = 0x1a4, ["uid"] = 7, ["gid"] = 8 });
        container.Bundle.Shell("stat -c '%F %t:%T %u' /dev/kmsg; stat -c '%F %a %u:%g' /dev/a-pipe");
        Assert.Equal("character special file 1:b 65534\nfifo 644 7:8\n", container.Run().Ok().Stdout);
        node["path"] = "/dev/not-on-the-host";
        Assert.Equal("linux.devices[0]: \"/dev/not-on-the-host\" cannot be created with mknod(2) here, and the host has no such device to bind", ErrorMessage.Of(container.Run()));
        node["path"] = "/dev/zero";
        Assert.Equal("linux.devices[0]: \"/dev/zero\" exists and is not the device", ErrorMessage.Of(container.Run()));
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData("network", "/sys", "sysfs")]
    [InlineData("pid", "/proc", "proc")]
    [InlineData("ipc", "/dev/mqueue", "mqueue")]
    public void File_systems_of_the_hosts_namespaces_are_mounted(string kind, string point, string type)
    {
        // runc leaves it to its caller to bind it.
        Requires.Runcs();
        using Container container = Mapped();
        container.Bundle.Namespace(kind).Shell($"grep -c '^{type} {point} {type} ' /proc/mounts; ls {point} | wc -l; id -u");
        string[] lines = container.Run().Ok().Stdout.Split('\n');
        Assert.Equal("1", lines[0]);
        Assert.Equal("0", lines[2]);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void The_terminal_and_the_standard_streams_are_its_users()
    {
        using Container container = Mapped();
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
        using Container container = Mapped();
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
    public void Another_containers_user_namespace_is_joined_with_all_that_belongs_to_it()
    {
        using Container first = Mapped();
        first.Bundle.Args("/bin/sleep", "100");
        first.Up();
        using Container second = new();
        foreach ((string kind, string file) in ((string, string)[])[("user", "user"), ("network", "net"), ("ipc", "ipc"), ("uts", "uts"), ("pid", "pid")])
            second.Bundle.Namespace(kind, $"/proc/{first.Pid}/ns/{file}");
        second.Bundle.Config["hostname"] = "the-second";
        second.Bundle.Process["user"] = new JsonObject { ["uid"] = 1, ["gid"] = 1 };
        second.Bundle.Shell("for n in user net ipc uts; do readlink /proc/self/ns/$n; done; cat /proc/1/comm; uname -n; id -u; ls /sys/class/net; echo again > /dev/stdout");
        string links = string.Concat(((string[])["user", "net", "ipc", "uts"]).Select(file => Link(first.Pid, file) + "\n"));
        Assert.Equal(links + "sleep\nthe-second\n1\nlo\nagain\n", second.Run(new Options { Pipes = true }).Ok().Stdout);
        Leftovers.AssertNone(second);
    }

    // A process already there that sees the host's pids could otherwise take the runtime's descriptors (compare
    // CVE-2016-9962).
    [Theory]
    [InlineData("joined")]
    [InlineData("new")]
    [InlineData("host")]
    public void Nothing_that_enters_a_user_namespace_of_others_can_be_looked_into(string pids)
    {
        Requires.Runcs();
        const ulong PR_SET_DUMPABLE = 4, CLONE_NEWUSER = 0x10000000;
        using Container first = Mapped();
        first.Bundle.Args("/bin/sleep", "100");
        first.Up();
        using Container second = new();
        second.Bundle.Namespace("user", $"/proc/{first.Pid}/ns/user").Args("/bin/true");
        if (pids == "joined") second.Bundle.Namespace("pid", $"/proc/{first.Pid}/ns/pid");
        if (pids == "host") second.Bundle.Namespace("pid");
        second.Bundle.Write();
        TracedResult traced = TracedCommand.Run(second.Runtime.CommandLine("run", "--bundle", second.Bundle.Directory, second.Id));
        Assert.True(traced.Result.ExitCode == 0, traced.Result.Stderr);
        TracedCall[] entries = [.. traced.Calls.Where(call => call.Name == "setns" && call.Arguments[1] == CLONE_NEWUSER)];
        Assert.Equal(2, entries.Length);
        foreach (TracedCall entry in entries)
            Assert.Contains(traced.Calls.TakeWhile(call => call != entry), call => call.Process == entry.Process && call.Name == "prctl" && call.Arguments[0] == PR_SET_DUMPABLE && call.Arguments[1] == 0);
    }

    [Fact]
    public void Maps_beside_the_path_of_a_user_namespace_must_be_its_own()
    {
        Requires.Runcs();
        using Container first = Mapped();
        first.Bundle.Args("/bin/sleep", "100");
        first.Up();
        string path = $"/proc/{first.Pid}/ns/user";
        using Container second = Mapped();
        second.Bundle.Namespace("user", path).Shell("id -u");
        Assert.Equal("0\n", second.Run().Ok().Stdout);
        SetMaps(second, (0, Host, Size - 1));
        Assert.Equal($"linux.uidMappings: differ from those of the user namespace \"{path}\"; linux.gidMappings: differ from those of the user namespace \"{path}\"", ErrorMessage.Of(second.Run()));
        ((JsonObject)second.Bundle.Linux).Remove("uidMappings");
        ((JsonObject)second.Bundle.Linux).Remove("gidMappings");
        second.Bundle.Process["user"]!["uid"] = 70000;
        Assert.Equal($"process.user.uid: 70000 is not in {path}", ErrorMessage.Of(second.Run()));
        second.Bundle.Process["user"]!["uid"] = 0;
        second.Bundle.Namespace("user", "/proc/self/ns/user");
        Assert.Contains("setns(2) on \"/proc/self/ns/user\": invalid argument (EINVAL)", ErrorMessage.Of(second.Run()), StringComparison.Ordinal);
        Leftovers.AssertNone(second);
    }

    [Fact]
    public void Maps_that_the_kernel_refuses_are_named()
    {
        Requires.Runcs();
        using Container container = Mapped();
        SetMaps(container, (0, Host, 10), (5, 200000, 10));
        container.Bundle.Process["user"]!["uid"] = 30;
        Assert.Equal("linux.uidMappings[1].containerID: overlaps with [0]; linux.gidMappings[1].containerID: overlaps with [0]", ErrorMessage.Of(container.Create()));
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void An_unmapped_group_of_devpts_is_reported_with_its_mount()
    {
        Requires.Runcs();
        using Container container = Mapped();
        SetMaps(container, (0, Host, 1));
        // Every engine asks for 5, which is then left out (RefusedMountTests).
        JsonArray options = (JsonArray)container.Bundle.Mounts.Single(mount => (string?)mount!["type"] == "devpts")!["options"]!;
        options.Remove(options.Single(option => (string?)option == "gid=5"));
        options.Add("gid=6");
        string message = ErrorMessage.Of(container.Run());
        Assert.StartsWith("mounts[2].options: \"gid=6\" is not in linux.gidMappings", message, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_memory_limit_that_is_too_small_for_the_set_up_is_in_force_for_the_program()
    {
        Requires.Runcs();
        Requires.CgroupV1();
        using Container container = Mapped();
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
        using Container container = Mapped();
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

    internal static Container Mapped()
    {
        Container container = new();
        Map(container);
        return container;
    }

    internal static void Map(Container container)
    {
        ((JsonArray)container.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = "user" });
        SetMaps(container, (0, Host, Size));
        // If the default mounts have no directory yet, only the host's root could make one.
        Directory.CreateDirectory(Path.Combine(container.Bundle.Rootfs, "mnt"));
    }

    private static void SetMaps(Container container, params (int Inside, int Outside, int Size)[] ranges) =>
        (container.Bundle.Linux["uidMappings"], container.Bundle.Linux["gidMappings"]) = (Map(ranges), Map(ranges));

    private static JsonArray Map(params (int Inside, int Outside, int Size)[] ranges) =>
        new([.. ranges.Select(range => (JsonNode)new JsonObject { ["containerID"] = range.Inside, ["hostID"] = range.Outside, ["size"] = range.Size })]);

    private static string Link(object process, string file) => new FileInfo($"/proc/{process}/ns/{file}").LinkTarget!;
}
