// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>The sources of mounts: files of each kind, block devices, the directories of an overlay.</summary>
public class MountSourceTests
{
    [Theory, OnAnyRuntime]
    [InlineData("socket")]
    [InlineData("fifo")]
    [InlineData("character special file")]
    [InlineData("regular empty file")]
    [InlineData("directory")]
    public void A_bind_shows_a_file_of_any_kind(string kind)
    {
        Requires.Root();
        using Container container = new();
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        string source = container.Path("source");
        Make(kind, source, socket);
        container.Bundle.Put("/there", "covered");
        container.Bundle.Shell("stat -c %F /made/here /link; test -e /there && stat -c %F /there");
        File.CreateSymbolicLink(container.Path("link"), "source");
        container.Bundle.Mount("/made/here", "bind", source, "bind").Mount("/link", "bind", container.Path("link"), "bind");
        // Only a directory can be mounted on a directory.
        if (kind != "directory") container.Bundle.Mount("/there", "bind", source, "bind");
        string there = kind == "directory" ? "regular file" : kind;
        Assert.Equal($"{kind}\n{kind}\n{there}\n", container.Run().Ok().Stdout);
    }

    [Theory]
    [InlineData("fifo", "/tmp")]
    [InlineData("directory", "/etc/passwd")]
    public void A_file_on_a_directory_and_a_directory_on_a_file_are_errors(string kind, string destination)
    {
        Requires.Root();
        Requires.Runcs();
        using Container container = new();
        string source = container.Path("source");
        Make(kind, source, null);
        container.Bundle.Mount(destination, "bind", source, "bind");
        Assert.Contains($"mounts[7]: move_mount(2) on \"{destination}\": not a directory (ENOTDIR)", ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    private static void Make(string kind, string path, Socket? socket)
    {
        switch (kind)
        {
            case "socket":
                socket!.Bind(new UnixDomainSocketEndPoint(path));
                break;
            case "fifo":
                Command.Run("/usr/bin/mkfifo", path).Ok();
                break;
            case "character special file":
                Command.Run("/bin/mknod", path, "c", "1", "3").Ok();
                break;
            case "directory":
                Directory.CreateDirectory(path);
                break;
            default:
                File.WriteAllText(path, "");
                break;
        }
    }

    // As lxcfs does; config-linux.md does not mention it, runc's list is the reference.
    [Theory, OnAnyRuntime]
    [InlineData("cpuinfo")]
    [InlineData("diskstats")]
    [InlineData("meminfo")]
    [InlineData("stat")]
    [InlineData("swaps")]
    [InlineData("uptime")]
    [InlineData("loadavg")]
    public void A_file_of_proc_can_be_replaced(string name)
    {
        Requires.Root();
        using Container container = new();
        string fake = container.Path("fake");
        File.WriteAllText(fake, "fake");
        container.Bundle.Mount("/proc/" + name, "bind", fake, "bind").Args("/bin/cat", "/proc/" + name);
        Assert.Equal("fake", container.Run().Ok().Stdout);
    }

    [Theory]
    [InlineData("sys/kernel/ns_last_pid")]
    [InlineData("slabinfo")]
    public void A_file_of_proc_that_a_kernel_may_lack_can_be_replaced(string name)
    {
        Requires.Root();
        Requires.That(File.Exists("/proc/" + name), $"needs a kernel with /proc/{name}");
        using Container container = new();
        string fake = container.Path("fake");
        File.WriteAllText(fake, "fake");
        container.Bundle.Linux["readonlyPaths"] = new JsonArray();
        container.Bundle.Mount("/proc/" + name, "bind", fake, "bind").Args("/bin/cat", "/proc/" + name);
        Assert.Equal("fake", container.Run().Ok().Stdout);
    }

    // overlayfs takes paths, which are relative to the bundle like the sources of binds. fsconfig(2) takes 255 bytes, and
    // an overlay of many layers has more.
    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    public void An_overlay_of_directories_of_the_bundle(int layers)
    {
        Requires.Root();
        Overlay();
        using Container container = new();
        string[] names = [.. Enumerable.Range(0, layers).Select(i => $"a-long-name-of-a-layer-{i}")];
        foreach (string name in (string[])[.. names, "upper", "work"]) Directory.CreateDirectory(Path.Combine(container.Bundle.Directory, name));
        foreach (string name in names) File.WriteAllText(Path.Combine(container.Bundle.Directory, name, name), "");
        // upperdir must not be on an overlay, where a test's directory may be.
        container.Bundle.Mount("/merged", "overlay", "overlay", "lowerdir=" + string.Join(':', names), "nosuid", "ro");
        container.Bundle.Shell("ls /merged | wc -l; grep ' /merged ' /proc/self/mountinfo | cut -d' ' -f 6");
        Assert.Equal($"{layers}\nro,nosuid,relatime\n", container.Run().Ok().Stdout);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void An_overlay_writes_into_its_upper_directory()
    {
        Requires.Root();
        Overlay();
        using Container container = new();
        string tmpfs = Directory.CreateDirectory(container.Path("tmpfs")).FullName;
        Command.Run("/bin/mount", "-t", "tmpfs", "tmpfs", tmpfs).Ok();
        foreach (string name in (string[])["lower", "upper", "work"]) Directory.CreateDirectory(Path.Combine(tmpfs, name));
        File.WriteAllText(Path.Combine(tmpfs, "lower/x"), "old");
        container.Bundle.Mount("/merged", "overlay", "overlay", $"lowerdir={tmpfs}/lower,upperdir={tmpfs}/upper", $"workdir={tmpfs}/work")
            .Shell("cat /merged/x; echo new > /merged/x");
        Assert.Equal("old", container.Run().Ok().Stdout);
        Assert.Equal("new\n", File.ReadAllText(Path.Combine(tmpfs, "upper/x")));
    }

    [Fact]
    public void Parameters_longer_than_a_page_are_an_error()
    {
        Requires.Root();
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Mount("/merged", "overlay", "overlay", "lowerdir=" + new string('x', 5000));
        Assert.Contains("mounts[7].options: the filesystem's parameters exceed the 4095 bytes", ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
    }

    // The container's device rules, which deny the device, are for its processes and not for its mounts.
    [Theory, OnAnyRuntime]
    [InlineData(false)]
    [InlineData(true)]
    public void A_block_device_is_mounted_though_the_container_may_not_open_it(bool unified)
    {
        Requires.Root();
        using Container container = new();
        if (unified)
        {
            Requires.Runcs();
            container.Runtime.Prefix = PureCgroupV2.Prefix;
        }
        using LoopDevice disk = new(container.Path("disk"));
        container.Bundle.Mount("/disk", "ext4", disk.Path, "iversion", "noatime");
        container.Bundle.Linux["devices"] = new JsonArray(new JsonObject { ["path"] = "/dev/disk", ["type"] = "b", ["major"] = 7, ["minor"] = disk.Minor });
        container.Bundle.Shell("ls /disk; grep ' /disk ' /proc/self/mountinfo | cut -d' ' -f 6; cat /dev/disk");
        Result result = container.Run().Exits(1);
        Assert.Equal("lost+found\nrw,noatime\n", result.Stdout);
        Assert.Contains("Operation not permitted", result.Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    // The two flags of mount(2) that are invisible in the container: checked by the system call.
    [Theory]
    [InlineData("iversion", "MS_I_VERSION")]
    [InlineData("silent", "MS_SILENT")]
    [InlineData("iversion silent", "MS_SILENT|MS_I_VERSION")]
    [InlineData("noiversion", null)]
    [InlineData("loud", null)]
    public void Flags_that_only_the_kernel_sees(string options, string? flags)
    {
        Requires.Root();
        Requires.Program("strace");
        using Container container = new();
        string trace = container.Path("trace");
        container.Runtime.Tracer = [.. Faults.Trace(trace), "-e", "trace=mount"];
        container.Bundle.Mount("/data", "tmpfs", "name", options.Split(' '));
        container.Run().Ok();
        string[] calls = [.. File.ReadLines(trace).Where(line => line.Contains("mount(\"name\"", StringComparison.Ordinal))];
        if (flags == null) Assert.Empty(calls);
        else Assert.Contains($"\"tmpfs\", {flags}, ", Assert.Single(calls), StringComparison.Ordinal);
    }

    private static void Overlay() => Requires.That(File.ReadAllText("/proc/filesystems").Contains("\toverlay", StringComparison.Ordinal), "needs overlayfs");
}
