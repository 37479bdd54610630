// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config.md, "Mounts": the mounts, their places and their options, as the program inside sees them.</summary>
public class MountTests
{
    private const string ShowOptions = "grep \" $0 \" /proc/self/mountinfo | tail -n 1 | sed 's/ - [^ ]* [^ ]* / /' | cut -d' ' -f 6-";

    // proc_pid_mountinfo(5): the mount's own options come first, those of the file system last.
    [Theory, OnAnyRuntime]
    [Requirement("config/mount-options-effect")]
    [InlineData("", "rw,relatime rw")]
    [InlineData("ro", "ro,relatime rw")]
    [InlineData("nosuid nodev noexec", "rw,nosuid,nodev,noexec,relatime rw")]
    [InlineData("nosuid suid", "rw,relatime rw")]
    [InlineData("noatime", "rw,noatime rw")]
    [InlineData("nodiratime", "rw,nodiratime,relatime rw")]
    [InlineData("strictatime", "rw rw")]
    [InlineData("noatime strictatime", "rw rw")]
    [InlineData("sync dirsync", "rw,relatime rw,sync,dirsync")]
    [InlineData("sync async", "rw,relatime rw")]
    [InlineData("ro rw", "rw,relatime rw")]
    [InlineData("nodev dev", "rw,relatime rw")]
    [InlineData("noexec exec", "rw,relatime rw")]
    [InlineData("noatime atime", "rw,relatime rw")]
    [InlineData("nodiratime diratime", "rw,relatime rw")]
    [InlineData("relatime norelatime", "rw,relatime rw")]
    [InlineData("strictatime nostrictatime", "rw,relatime rw")]
    [InlineData("mand", "rw,relatime rw,mand")]
    [InlineData("mand nomand", "rw,relatime rw")]
    [InlineData("mode=0700 size=64k", "rw,relatime rw,size=64k,mode=700")]
    public void A_file_system_is_mounted_with_its_options(string options, string shown) => AssertShown("tmpfs", "tmpfs", options, shown);

    [Theory]
    [Requirement("config/mount-options-effect")]
    [InlineData("lazytime", "rw,relatime rw,lazytime")]
    [InlineData("rw defaults", "rw,relatime rw")]
    [InlineData("lazytime nolazytime", "rw,relatime rw")]
    [InlineData("nosymfollow", "rw,relatime,nosymfollow rw")]
    [InlineData("nosymfollow symfollow", "rw,relatime rw")]
    [InlineData("iversion", "rw,relatime rw")]
    [InlineData("iversion ro nosuid sync size=64k rnoexec", "ro,nosuid,noexec,relatime rw,sync,size=64k")]
    [InlineData("silent noatime lazytime", "rw,noatime rw,lazytime")]
    [InlineData("silent loud", "rw,relatime rw")]
    [InlineData("mpol=prefer:0 size=64k", "rw,relatime rw,size=64k,mpol=prefer:0")]
    [InlineData("mpol=bind:0,0", "rw,relatime rw,mpol=bind:0")]
    [InlineData("rro rrw", "rw,relatime rw")]
    [InlineData("rnosuid rsuid rnodev rdev", "rw,relatime rw")]
    [InlineData("rnodiratime", "rw,nodiratime,relatime rw")]
    [InlineData("rnodiratime rdiratime", "rw,relatime rw")]
    [InlineData("strictatime ratime", "rw,relatime rw")]
    [InlineData("noatime rrelatime", "rw,relatime rw")]
    [InlineData("rstrictatime", "rw rw")]
    [InlineData("rnosymfollow rsymfollow", "rw,relatime rw")]
    [InlineData("mode=0700,size=64k", "rw,relatime rw,size=64k,mode=700")]
    [InlineData("rnoexec", "rw,noexec,relatime rw")]
    public void Options_that_older_runtimes_lack(string options, string shown) => AssertShown("tmpfs", "tmpfs", options, shown);

    private static void AssertShown(string type, string source, string options, string shown)
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Args("/bin/sh", "-c", ShowOptions, "/data").Mount("/data", type, source, options.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        string line = container.Run().Ok().Stdout.Trim();
        // Propagation fields and inode formats of newer kernels are not tested here.
        Assert.Equal(shown, line.Replace(" - ", " ", StringComparison.Ordinal).Replace(",inode64", "", StringComparison.Ordinal));
    }

    [Theory, OnAnyRuntime]
    [Requirement("config/mount-options-effect")]
    [InlineData("bind", "rw,nosuid,noexec,noatime")]
    [InlineData("bind ro", "ro,noatime")]
    [InlineData("bind nodev", "rw,nodev,noatime")]
    [InlineData("bind nosuid relatime", "rw,nosuid,relatime")]
    [InlineData("rbind strictatime nosuid", "rw,nosuid")]
    public void A_bind_keeps_the_flags_of_its_source_or_gets_exactly_the_given_ones(string options, string shown)
    {
        Requires.Root();
        using Container container = new();
        // The source is a mount made before it: mounts are made in order, and the root is a mount at its own path.
        container.Bundle.Args("/bin/sh", "-c", ShowOptions + "; cat /copy/x", "/copy")
            .Mount("/first", "tmpfs", "tmpfs", "nosuid", "noexec", "noatime")
            .Mount("/first/x", "bind", container.Bundle.Put("/word", "hello"), "bind")
            .Mount("/copy", "bind", container.Bundle.Rootfs + "/first", ["rprivate", .. options.Split(' ')]);
        string[] lines = container.Run().Ok().Stdout.Split('\n');
        Assert.StartsWith(shown + " ", lines[0] + " ");
        if (options.StartsWith("rbind", StringComparison.Ordinal)) Assert.Equal("hello", lines[1]);
    }

    // mount(8): "atime" and "nostrictatime" mean the kernel's default, even if the source has another mode.
    [Theory]
    [InlineData("noatime", "atime", "rw,relatime")]
    [InlineData("strictatime", "nostrictatime", "rw,relatime")]
    [InlineData("strictatime", "norelatime", "rw")]
    [InlineData("noatime nodiratime", "diratime", "rw,noatime")]
    [InlineData("noatime", "rratime", "")]
    public void A_bind_leaves_the_access_time_mode_of_its_source(string source, string bind, string shown)
    {
        Requires.Root();
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Args("/bin/sh", "-c", ShowOptions, "/copy").Mount("/first", "tmpfs", "tmpfs", source.Split(' '))
            .Mount("/copy", "bind", container.Bundle.Rootfs + "/first", "rprivate", "bind", bind);
        Result result = container.Run();
        // An unknown option is a parameter, which a bind cannot have.
        if (shown.Length == 0) Assert.Contains("filesystem-specific", result.Fails().Stderr, StringComparison.Ordinal);
        else Assert.StartsWith(shown + " ", result.Ok().Stdout);
    }

    [Theory]
    [Requirement("config/mount-options-recursive")]
    [InlineData("ro", "ro", "rw")]
    [InlineData("rro", "ro", "ro")]
    [InlineData("ro rro", "ro", "ro")]
    [InlineData("rnosuid", "rw,nosuid", "rw,nosuid")]
    [InlineData("nosuid", "rw,nosuid", "rw")]
    [InlineData("rnoatime", "rw,noatime", "rw,noatime")]
    [InlineData("rstrictatime", "rw", "rw")]
    [InlineData("rnosymfollow", "rw,relatime,nosymfollow", "rw,relatime,nosymfollow")]
    public void A_recursive_option_is_about_the_whole_tree(string options, string top, string below)
    {
        Requires.Root();
        Requires.Kernel(5, 12);
        using Container container = new();
        container.Bundle.Shell("for m in /copy /copy/sub; do grep \" $m \" /proc/self/mountinfo | cut -d' ' -f 6; done")
            .Mount("/first", "tmpfs", "tmpfs").Mount("/first/sub", "tmpfs", "tmpfs")
            .Mount("/copy", "bind", container.Bundle.Rootfs + "/first", ["rbind", .. options.Split(' ')]);
        string[] lines = container.Run().Ok().Stdout.Split('\n');
        Assert.Equal(Relatime(top), Relatime(lines[0]));
        Assert.Equal(Relatime(below), Relatime(lines[1]));

        static string Relatime(string flags) => flags.Replace(",relatime", "", StringComparison.Ordinal);
    }

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

    [Fact]
    [Requirement("config/mount-options-effect")]
    public void A_mount_gets_other_options_by_remount()
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Args("/bin/sh", "-c", ShowOptions, "/data")
            .Mount("/data", "tmpfs", "tmpfs", "size=64k").Mount("/data", "tmpfs", "tmpfs", "remount", "bind", "ro", "nosuid");
        Assert.StartsWith("ro,nosuid", container.Run().Ok().Stdout);
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

    // Linux 5.10 and 5.11 lack it, and an outer container's filter may refuse it.
    [Theory]
    [InlineData("ENOSYS")]
    [InlineData("EPERM")]
    public void Without_mount_setattr_all_is_as_with_it(string error)
    {
        Requires.Root();
        Requires.Program("strace");
        using Container with = new(), without = new();
        without.Runtime.Tracer = ["strace", "-f", "-o", "/dev/null", "-e", "trace=mount_setattr", "-e", $"inject=mount_setattr:error={error}"];
        Assert.Equal(Table(with), Table(without));

        static string Table(Container container)
        {
            Bundle bundle = container.Bundle;
            bundle.Config["root"]!["readonly"] = true;
            ((JsonArray)bundle.Mounts[1]!["options"]!).Add("ro");
            bundle.Linux["rootfsPropagation"] = "private";
            bundle.Mount("/a", "tmpfs", "tmpfs", "nosuid", "noatime", "rshared").Mount("/b", "bind", bundle.Rootfs + "/a", "rbind", "ro", "nodev")
                .Mount("/c", "bind", bundle.Rootfs + "/a", "rbind", "noexec", "strictatime", "rslave")
                .Mount("/a/d e", "tmpfs", "tmpfs").Mount("/a/d e/f", "tmpfs", "tmpfs", "nosuid").Mount("/g", "tmpfs", "tmpfs")
                .Mount("/h", "bind", bundle.Rootfs + "/a", "rbind", "rro", "rnoatime", "rnodev").Mount("/g", "", "", "remount", "bind", "ro", "noexec");
            bundle.Linux["readonlyPaths"] = new JsonArray("/proc/sys", "/etc");
            bundle.Shell("awk '{ f = $7; sub(/:.*/, \"\", f); print $5, $6, f }' /proc/self/mountinfo; pwd");
            return container.Run().Ok().Stdout;
        }
    }
}
