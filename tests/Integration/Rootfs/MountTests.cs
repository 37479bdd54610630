// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config.md, "Mounts": the mounts and their places, as the program inside sees them.</summary>
public class MountTests
{
    // path_resolution(7): a link is followed before ".." goes back.
    [Theory, OnAnyRuntime]
    [InlineData(true)]
    [InlineData(false)]
    public void The_way_to_a_source_is_the_kernels(bool absolute)
    {
        Requires.Root();
        using Container container = new();
        Directory.CreateDirectory(container.Path("deep/below"));
        File.WriteAllText(container.Path("deep/file"), "kernel");
        File.WriteAllText(container.Path("file"), "text");
        File.CreateSymbolicLink(container.Path("link"), container.Path("deep/below"));
        string source = container.Path("link") + "/../file";
        container.Bundle.Args("/bin/cat", "/word").Mount("/word", "bind", absolute ? source : Path.GetRelativePath(container.Bundle.Directory, container.Path("link")) + "/../file", "bind");
        if (!absolute) Requires.Runcs();
        Assert.Equal("kernel", container.Run().Ok().Stdout);
    }

    [Fact]
    public void The_way_to_a_destination_a_mask_and_a_node_is_the_kernels()
    {
        Requires.Root();
        Requires.Runcs();
        using Container container = new();
        foreach (string name in (string[])["deep/below", "deep/masked", "deep/readonly", "masked", "readonly"]) Directory.CreateDirectory(Path.Combine(container.Bundle.Rootfs, name));
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "link"), "/deep/below");
        container.Bundle.Config["root"]!["readonly"] = false;
        container.Bundle.Mount("/link/../q", "tmpfs", "tmpfs").Mount("/new/../r", "tmpfs", "tmpfs").Shell("cut -d' ' -f 5 /proc/self/mountinfo | grep -e ^/deep -e ^/r; ls -d /new; ls /deep")
            .Linux["devices"] = new JsonArray(new JsonObject { ["path"] = "/link/../node", ["type"] = "p" });
        container.Bundle.Linux["maskedPaths"] = new JsonArray("/link/../masked");
        container.Bundle.Linux["readonlyPaths"] = new JsonArray("/link/../readonly");
        Assert.Equal("/deep/q\n/r\n/deep/readonly\n/deep/masked\n/new\nbelow\nmasked\nnode\nq\nreadonly\n", container.Run().Ok().Stdout);
    }

    // The path is one in the container, as config.md specifies, though it looks like one on the host.
    [Fact]
    public void A_destination_that_begins_with_the_path_of_the_root_lies_below_it()
    {
        Requires.Root();
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Config["root"]!["readonly"] = false;
        string destination = container.Bundle.Rootfs + "/x";
        container.Bundle.Args("/bin/grep", "-c", $" {destination} ", "/proc/self/mountinfo").Mount(destination, "tmpfs", "tmpfs");
        Assert.Equal("1\n", container.Run().Ok().Stdout);
        Assert.True(Directory.Exists(container.Bundle.Rootfs + destination));
        Assert.False(Directory.Exists(container.Bundle.Rootfs + "/x"));
    }

    [Fact]
    public void A_read_only_tmpfs_that_is_covered_is_read_only()
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Config["root"]!["readonly"] = false;
        container.Bundle.Mount("/a/same", "tmpfs", "first", "ro").Mount("/a/same", "tmpfs", "second", "ro").Mount("/a/same/below", "tmpfs", "third", "ro")
            .Mount("/b/below", "tmpfs", "fourth", "ro").Mount("/b", "tmpfs", "fifth").Mount("/c", "tmpfs", "sixth", "ro").Mount("/c/file", "bind", "/etc/hostname", "bind")
            .Shell("for m in first second third fourth fifth sixth; do grep \" $m \" /proc/self/mountinfo | cut -d' ' -f 5,6; done");
        Assert.Equal("/a/same ro,relatime\n/a/same ro,relatime\n/a/same/below ro,relatime\n/b/below ro,relatime\n/b rw,relatime\n/c ro,relatime\n", container.Run().Ok().Stdout);
    }

    [Theory]
    [InlineData("/made", null, "1777")]
    [InlineData("/there", "", "750")]
    [InlineData("/there", "mode=0711", "711")]
    public void A_tmpfs_has_the_mode_of_the_directory_it_covers_by_default(string destination, string? option, string mode)
    {
        Requires.Root();
        using Container container = new();
        Directory.CreateDirectory(Path.Combine(container.Bundle.Rootfs, "there"), (UnixFileMode)0b111_101_000);
        container.Bundle.Args("/bin/stat", "-c", "%a", destination).Mount(destination, "tmpfs", "tmpfs", option?.Length > 0 ? [option] : []);
        Assert.Equal(mode, container.Run().Ok().Stdout.Trim());
    }

    [Fact, OnAnyRuntime]
    public void Dev_can_be_read_only_and_still_has_its_nodes()
    {
        Requires.Root();
        using Container container = new();
        ((JsonArray)container.Bundle.Mounts[1]!["options"]!).Add("ro");
        container.Bundle.Shell("touch /dev/x; test -c /dev/null && test -d /dev/shm && echo there");
        Result result = container.Run().Ok();
        Assert.Equal("there\n", result.Stdout);
        Assert.Contains("Read-only file system", result.Stderr);
    }

    [Fact, OnAnyRuntime]
    public void Missing_mount_points_are_made()
    {
        Requires.Root();
        using Container container = new();
        string file = container.Path("file"), directory = container.Path("directory");
        File.WriteAllText(file, "content");
        Directory.CreateDirectory(directory);
        container.Bundle.Shell("cat /a/b/file; test -d /c/d/directory")
            .Mount("/a/b/file", "bind", file, "bind", "ro").Mount("/c/d/directory", "bind", directory, "rbind");
        Assert.Equal("content", container.Run().Ok().Stdout);
        Assert.True(File.Exists(Path.Combine(container.Bundle.Rootfs, "a/b/file")));
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(Path.Combine(container.Bundle.Rootfs, "c/d")));
    }

    [Fact]
    public void Mount_points_do_not_depend_on_the_callers_umask()
    {
        Requires.Root();
        using Container container = new();
        container.Runtime.Prefix = ["/bin/sh", "-c", "umask 0777; exec \"$@\"", "sh"];
        container.Bundle.Process["cwd"] = "/work/here";
        container.Bundle.Shell("stat -c %a /c/d /work/here /dev/null /dev/shm").Mount("/c/d/e", "tmpfs", "tmpfs");
        Assert.Equal("755\n755\n666\n1777\n", container.Run().Ok().Stdout);
    }

    [Fact, OnAnyRuntime]
    public void A_set_group_id_root_is_no_obstacle()
    {
        Requires.Root();
        using Container container = new();
        File.SetUnixFileMode(container.Bundle.Rootfs, (UnixFileMode)0b010_111_101_101);
        container.Bundle.Shell("test -d /a/b/c").Mount("/a/b/c", "tmpfs", "tmpfs");
        container.Run().Ok();
    }

    [Fact, OnAnyRuntime]
    [Requirement("config/mounts-destination-relative")]
    public void Paths_relative_to_the_bundle_and_to_the_root()
    {
        Requires.Root();
        using Container container = new();
        Directory.CreateDirectory(Path.Combine(container.Bundle.Directory, "volume"));
        File.WriteAllText(Path.Combine(container.Bundle.Directory, "volume/x"), "hello");
        container.Bundle.Shell("cat /data/x").Mount("data", "bind", "volume", "bind");
        Assert.Equal("hello", container.Run().Ok().Stdout);
    }

    [Theory, OnAnyRuntime]
    [InlineData("/link", "/target")]
    [InlineData("/link/below", "/target/below")]
    public void A_link_of_the_image_is_followed_inside_the_root(string destination, string place)
    {
        Requires.Root();
        using Container container = new();
        Directory.CreateDirectory(Path.Combine(container.Bundle.Rootfs, "target"));
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "link"), "/target");
        container.Bundle.Args("/bin/grep", "-q", $" {place} ", "/proc/self/mountinfo").Mount(destination, "tmpfs", "tmpfs");
        container.Run().Ok();
    }

    [Theory]
    [InlineData("/jump/baz/conf", "jump", "/tmp/foo/bar", "/tmp/foo/bar/baz/conf")]
    [InlineData("/etc/hosts", "etc/hosts", "/tmp/hosts", "/tmp/hosts")]
    [InlineData("/etc/hosts", "etc/hosts", "../run/deep/hosts", "/run/deep/hosts")]
    public void A_link_to_what_is_missing_makes_it_inside_the_root(string destination, string link, string target, string place)
    {
        Requires.Root();
        using Container container = new();
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, link), target);
        string source = container.Path("source");
        File.WriteAllText(source, "hello");
        container.Bundle.Args("/bin/cat", place).Mount(destination, "bind", source, "bind");
        Assert.Equal("hello", container.Run().Ok().Stdout);
    }

    [Fact]
    public void A_tmpfs_with_tmpcopyup_has_a_copy_of_the_directory_it_covers()
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Put("/skel/sub/file", "hello", executable: true);
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "skel/link"), "sub/file");
        Command.Run("/bin/chown", "1000:1000", Path.Combine(container.Bundle.Rootfs, "skel/sub/file")).Ok();
        container.Bundle.Shell("cd /skel; cat link; stat -c ' %a %u %F' sub/file link; rm sub/file; echo x > new")
            .Mount("/skel", "tmpfs", "tmpfs", "tmpcopyup", "mode=755");
        Assert.Equal("hello 755 1000 regular file\n 777 0 symbolic link\n", container.Run().Ok().Stdout);
        Assert.Equal("hello", File.ReadAllText(Path.Combine(container.Bundle.Rootfs, "skel/sub/file")));
    }

    [Fact, OnAnyRuntime]
    public void Without_pivot_root_no_proc_of_the_host_is_left()
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Shell("grep -c -E ' - (proc|sysfs) ' /proc/self/mountinfo; ls /bin/busybox");
        container.Bundle.Linux["maskedPaths"] = new JsonArray();
        container.Bundle.Linux["readonlyPaths"] = new JsonArray();
        Assert.Equal("2\n/bin/busybox\n", container.Run("--no-pivot").Ok().Stdout);
    }
}
