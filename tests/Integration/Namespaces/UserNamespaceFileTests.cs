// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>Mounts, devices and files of a container with a user namespace.</summary>
[OnAnyRuntime]
public class UserNamespaceFileTests
{
    public UserNamespaceFileTests()
    {
        Requires.Root();
        Requires.UserNamespaces();
    }

    [Fact]
    public void Every_default_mount_device_and_limit_is_there()
    {
        using Container container = UserMaps.NewContainer();
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
    public void Flags_of_the_hosts_mounts_cannot_be_cleared_inside()
    {
        using Container container = UserMaps.NewContainer();
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
        using Container container = UserMaps.NewContainer();
        string directory = Directory.CreateDirectory(container.Path("shared")).FullName;
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_111_111);
        container.Bundle.Mount("/mnt", "bind", directory, "rbind").Shell("touch /mnt/file; mkfifo /mnt/pipe");
        container.Bundle.Process["user"] = new JsonObject { ["uid"] = 5, ["gid"] = 6 };
        container.Run().Ok();
        Assert.Equal("100005 100006\n100005 100006\n", Command.Run("stat", "-c", "%u %g", directory + "/file", directory + "/pipe").Ok().Stdout);
        Assert.Equal("0 0\n0 0\n", Command.Run("stat", "-c", "%u %g", container.Bundle.Rootfs, container.Bundle.Rootfs + "/etc/passwd").Ok().Stdout);
    }

    [Fact]
    public void A_device_is_bound_from_the_host_or_missed_by_its_path()
    {
        Requires.Runcs();
        using Container container = UserMaps.NewContainer();
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
        using Container container = UserMaps.NewContainer();
        container.Bundle.Namespace(kind).Shell($"grep -c '^{type} {point} {type} ' /proc/mounts; ls {point} | wc -l; id -u");
        string[] lines = container.Run().Ok().Stdout.Split('\n');
        Assert.Equal("1", lines[0]);
        Assert.Equal("0", lines[2]);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void An_unmapped_group_of_devpts_is_reported_with_its_mount()
    {
        Requires.Runcs();
        using Container container = UserMaps.NewContainer();
        UserMaps.Set(container, (0, UserMaps.Host, 1));
        // Every engine asks for 5, which is then left out (RefusedMountTests).
        JsonArray options = (JsonArray)container.Bundle.Mounts.Single(mount => (string?)mount!["type"] == "devpts")!["options"]!;
        options.Remove(options.Single(option => (string?)option == "gid=5"));
        options.Add("gid=6");
        string message = ErrorMessage.Of(container.Run());
        Assert.StartsWith("mounts[2].options: \"gid=6\" is not in linux.gidMappings", message, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1234)]
    public void Sources_and_the_root_may_lie_below_directories_that_are_closed_to_it(int owner)
    {
        // runc requires the root to be reachable.
        Requires.Runcs();
        using Container container = UserMaps.NewContainer();
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
}
