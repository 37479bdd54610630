// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config-linux.md, "Devices" and "Default Devices".</summary>
public class DeviceTests
{
    [Fact, OnAnyRuntime]
    [Requirement("config-linux/default-devices")]
    [InGuest]
    public void The_default_device_nodes_are_made()
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Shell("cd /dev; stat -c '%n %F %t:%T %a %u:%g' full null random tty urandom zero");
        Assert.Equal("""
            full character special file 1:7 666 0:0
            null character special file 1:3 666 0:0
            random character special file 1:8 666 0:0
            tty character special file 5:0 666 0:0
            urandom character special file 1:9 666 0:0
            zero character special file 1:5 666 0:0

            """, container.Run().Ok().Stdout);
    }

    [Fact, OnAnyRuntime]
    [Requirement("runtime-linux/dev-links", "config-linux/default-ptmx")]
    public void The_default_links_are_made()
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Shell("cd /dev; for l in fd stdin stdout stderr ptmx; do readlink $l; done; test -c /dev/ptmx");
        Assert.Equal("/proc/self/fd\n/proc/self/fd/0\n/proc/self/fd/1\n/proc/self/fd/2\npts/ptmx\n", container.Run().Ok().Stdout);
    }

    [Fact, OnAnyRuntime]
    [Requirement("config-linux/devices-available")]
    [InGuest]
    public void The_devices_of_the_config_are_made()
    {
        Requires.Root();
        using Container container = new();
        Devices(container, Device("/dev/c", "c", 1, 5, 0x1A0 /* 0640 */, 5, 6), Device("/dev/sub/b", "b", 7, 300, 0x180 /* 0600 */),
            Device("/run/u", "u", 1, 3), Device("/dev/p", "p", 0, 0, 0x1B6 /* 0666 */, 1000, 1000));
        container.Bundle.Shell("stat -c '%n %F %t:%T %a %u:%g' /dev/c /dev/sub/b /run/u; stat -c '%n %F %a %u:%g' /dev/p");
        Assert.Equal("""
            /dev/c character special file 1:5 640 5:6
            /dev/sub/b block special file 7:12c 600 0:0
            /run/u character special file 1:3 666 0:0
            /dev/p fifo 666 1000:1000

            """, container.Run().Ok().Stdout);
    }

    [Fact, OnAnyRuntime]
    public void A_device_of_the_config_replaces_a_default_one()
    {
        Requires.Root();
        using Container container = new();
        Devices(container, Device("/dev/tty", "c", 5, 0, 0x180 /* 0600 */, 7, 8), Device("/dev/ptmx", "c", 5, 2));
        container.Bundle.Shell("stat -c '%t:%T %a %u:%g' /dev/tty; readlink /dev/ptmx");
        Assert.Equal("5:0 600 7:8\npts/ptmx\n", container.Run().Ok().Stdout);
    }

    [Fact]
    [Requirement("config-linux/devices-mismatch")]
    public void A_file_in_the_place_of_a_device_is_an_error()
    {
        Requires.Root();
        Requires.Runcs();
        using Container container = new();
        string file = container.Bundle.Put("/run/zero", "mine");
        Devices(container, Device("/run/zero", "c", 1, 5));
        string message = ErrorMessage.Of(container.Run());
        Assert.Contains("linux.devices[0]: \"/run/zero\" exists and is not the device", message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(file));
    }

    // config-linux.md, "Devices": an existing file that does not match is an error. A link is not followed, wherever it
    // leads.
    [Theory]
    [InlineData("b", 1, 5)]
    [InlineData("c", 1, 3)]
    [InlineData("c", 2, 5)]
    [InlineData("p", 0, 0)]
    [InlineData("link", 1, 5)]
    [InlineData("directory", 0, 0)]
    public void A_file_that_does_not_match_the_device_is_an_error(string type, int major, int minor)
    {
        Requires.Root();
        Requires.Runcs();
        using Container container = new();
        string path = Path.Combine(container.Bundle.Rootfs, "run/zero");
        if (type == "link") File.CreateSymbolicLink(path, "/dev/zero");
        else if (type == "directory") Directory.CreateDirectory(path);
        else Command.Run(type == "p" ? ["/bin/mknod", path, type] : ["/bin/mknod", path, type, $"{major}", $"{minor}"]).Ok();
        Devices(container, Device("/run/zero", "c", 1, 5));
        Assert.Contains("linux.devices[0]: \"/run/zero\" exists and is not the device", ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    // config-linux.md: major and minor are required unless the type is p.
    [Fact]
    public void A_fifo_needs_no_numbers_and_may_be_there()
    {
        Requires.Root();
        using Container container = new();
        Command.Run("/usr/bin/mkfifo", "-m", "604", Path.Combine(container.Bundle.Rootfs, "run/there")).Ok();
        container.Bundle.Linux["devices"] = new JsonArray(new JsonObject { ["path"] = "/run/new", ["type"] = "p", ["fileMode"] = 0x188 /* 0610 */ },
            new JsonObject { ["path"] = "/run/there", ["type"] = "p" });
        container.Bundle.Shell("stat -c '%F %a' /run/new /run/there");
        Assert.Equal("fifo 610\nfifo 604\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_device_has_exactly_its_mode()
    {
        Requires.Root();
        using Container container = new();
        // chown(2) clears the set-id bits, and the caller's umask has no effect. The type bits are engines' st_mode.
        container.Runtime.Prefix = ["/bin/sh", "-c", "umask 0777; exec \"$@\"", "sh"];
        Devices(container, Device("/dev/a", "c", 1, 5, 0xDFF /* 06777 */, 1000, 1000), Device("/dev/b", "c", 1, 5, 0x21B0 /* 020660 */), Device("/dev/c", "c", 1, 5, 0));
        container.Bundle.Shell("stat -c '%a %u:%g' /dev/a /dev/b /dev/c");
        Assert.Equal("6777 1000:1000\n660 0:0\n0 0:0\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void Below_a_link_of_the_image_it_is_made_inside_the_root()
    {
        Requires.Root();
        using Container container = new();
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "run/link"), "/run/target/deep");
        Devices(container, Device("/run/link/a", "c", 1, 5));
        container.Bundle.Shell("stat -c '%t:%T' /run/target/deep/a");
        Assert.Equal("1:5\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void The_device_itself_in_its_place_is_left_alone()
    {
        Requires.Root();
        using Container container = new();
        Command.Run("/bin/mknod", "-m", "600", Path.Combine(container.Bundle.Rootfs, "run/zero"), "c", "1", "5").Ok();
        Devices(container, Device("/run/zero", "c", 1, 5));
        container.Bundle.Args("/bin/stat", "-c", "%t:%T %a", "/run/zero");
        Assert.Equal("1:5 600\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void Without_a_mount_on_dev_the_image_gets_them_once()
    {
        Requires.Root();
        using Container container = new();
        foreach (string below in (string[])["/dev", "/dev/pts", "/dev/shm", "/dev/mqueue"])
            container.Bundle.Mounts.Remove(container.Bundle.Mounts.First(mount => (string?)mount!["destination"] == below));
        container.Bundle.Args("/bin/sh", "-c", "echo > /dev/null; test -c /dev/null; readlink /dev/ptmx");
        Assert.Equal("pts/ptmx\n", container.Run().Ok().Stdout);
        Assert.Equal("pts/ptmx\n", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_dev_bound_from_the_host_is_left_alone()
    {
        Requires.Root();
        using Container container = new();
        string dev = Directory.CreateDirectory(container.Path("dev")).FullName;
        container.Bundle.Mounts.Clear();
        container.Bundle.Mount("/dev", "bind", dev, "rbind");
        container.Bundle.Linux["maskedPaths"] = new JsonArray();
        container.Run().Ok();
        Assert.Empty(Directory.GetFileSystemEntries(dev));
    }

    // In a nested container mknod(2) may be forbidden: the host's node is bound instead.
    [Fact]
    public void Where_nodes_cannot_be_made_the_hosts_are_shown()
    {
        Requires.Root();
        Requires.Runcs();
        Requires.Program("strace");
        using Container container = new();
        container.Runtime.Tracer = ["strace", "-f", "-o", "/dev/null", "-e", "trace=mknodat", "-e", "inject=mknodat:error=EPERM:when=1"];
        container.Bundle.Shell("echo x > /dev/null; stat -c %t:%T /dev/null; grep -c ' /dev/null ' /proc/self/mountinfo");
        // The first mknodat of the run is refused; the second makes the mount point for the bind.
        Assert.Equal("1:3\n1\n", container.Run().Ok().Stdout);
    }

    // mknod(2) of a device fails in every user namespace.
    [Fact]
    public void A_node_of_the_host_is_shown_without_set_id_and_exec()
    {
        Requires.Root();
        Requires.Runcs();
        Requires.UserNamespaces();
        Requires.Program("script");
        using Container container = UserMaps.NewContainer();
        Devices(container, Device("/dev/kmsg", "c", 1, 11), Device("/dev/tty0", "c", 4, 0));
        container.Bundle.Process["terminal"] = true;
        container.Bundle.Shell("while read -r _ _ _ _ point options _; do case $point in /dev/*/*) ;; /dev/?*) echo $point $options;; /proc/keys) echo $point $options;; esac; done < /proc/self/mountinfo | sort");
        container.Runtime.Prefix = ["/bin/sh", "-c", "exec script -qec \"$*\" /dev/null", "sh"];
        string[] nodes = [.. container.Run().Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[line.IndexOf('/', StringComparison.Ordinal)..].Trim())
            .Where(line => !line.StartsWith("/dev/shm ", StringComparison.Ordinal) && !line.StartsWith("/dev/pts ", StringComparison.Ordinal) && !line.StartsWith("/dev/mqueue ", StringComparison.Ordinal))];
        Assert.Equal(["/dev/console", "/dev/full", "/dev/kmsg", "/dev/null", "/dev/random", "/dev/tty", "/dev/tty0", "/dev/urandom", "/dev/zero", "/proc/keys"],
            nodes.Select(line => line.Split(' ')[0]));
        Assert.All(nodes, node => Assert.Contains(",nosuid,noexec", node, StringComparison.Ordinal));
    }

    private static void Devices(Container container, params JsonObject[] devices) => container.Bundle.Linux["devices"] = new JsonArray([.. devices]);

    private static JsonObject Device(string path, string type, int major, int minor, int? mode = null, int? uid = null, int? gid = null)
    {
        JsonObject device = new() { ["path"] = path, ["type"] = type, ["major"] = major, ["minor"] = minor };
        if (mode != null) device["fileMode"] = mode;
        if (uid != null) device["uid"] = uid;
        if (gid != null) device["gid"] = gid;
        return device;
    }
}
