// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>config.md, "Mounts": the options, as the program inside sees them.</summary>
public class MountOptionTests
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
