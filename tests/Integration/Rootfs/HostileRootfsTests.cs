// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// Root file systems made by an attacker: wherever a name in them leads, nothing outside the root is created, opened for
/// writing or mounted on. The containers may run or fail; the tests check the outside.
/// </summary>
public partial class HostileRootfsTests
{
    /// <summary>The prefix of the runtime's command line.</summary>
    protected virtual IReadOnlyList<string> Under => [];

    private static readonly string[] Places = ["proc", "dev", "sys", "etc", "data", "data/file", "masked", "readonly", "work", "dev/pts", "dev/null", "dev/console", "run/node"];

    // How a link refers to the directory outside, seen from a host with another root than the container's.
    private static readonly string[] Ways = ["absolute", "dots", "host", "proc", "loop"];

    public static TheoryData<string, string> PlacesAndWays
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (string place in Places)
            {
                foreach (string way in Ways) data.Add(place, way);
            }
            return data;
        }
    }

    // Not for any runtime: runc before 1.3.6 makes the nodes of a linked /dev outside (CVE-2026-41579).
    [Theory]
    [MemberData(nameof(PlacesAndWays))]
    public void A_link_in_the_image_leads_nowhere_outside(string place, string way)
    {
        Requires.Root();
        using Container container = New();
        Outside outside = new(container);
        Ask(container, withDev: !place.StartsWith("dev/", StringComparison.Ordinal));
        string path = Path.Combine(container.Bundle.Rootfs, place);
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, Target(way, outside.Directory, place));

        Result result = container.Run();
        outside.AssertUntouched(result);
        AssertMountedInside(result);
        Leftovers.AssertNone(container);
    }

    // CVE-2019-19921, CVE-2023-27561, CVE-2023-28642.
    [Theory]
    [InlineData("proc")]
    [InlineData("sys")]
    public void Proc_and_sys_must_be_directories(string place)
    {
        Requires.Root();
        using Container container = New();
        string path = Path.Combine(container.Bundle.Rootfs, place);
        Directory.Delete(path);
        Directory.CreateDirectory(Path.Combine(container.Bundle.Rootfs, "elsewhere"));
        File.CreateSymbolicLink(path, "/elsewhere");
        Assert.Contains("must be mounted on ordinary directory", container.Run().Fails().Stderr, StringComparison.Ordinal);
    }

    // ".." leads back from the link's target, and never above the root.
    [Theory]
    [InlineData("absolute")]
    [InlineData("dots")]
    [InlineData("host")]
    [InlineData("proc")]
    [InlineData("loop")]
    public void The_way_back_behind_a_link_of_the_image_leads_nowhere_outside(string way)
    {
        Requires.Root();
        foreach (string what in (string[])["cwd", "mount", "node", "masked", "readonly"])
        {
            using Container container = New();
            Outside outside = new(container);
            container.Bundle.Config["root"]!["readonly"] = false;
            File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "l"), Target(way, outside.Directory + "/deep", "l"));
            const string Back = "/l/../../../../../..", Near = "/l/../here";
            string volume = Directory.CreateDirectory(container.Path("volume")).FullName;
            foreach (string path in (string[])[Near, Near + "/new", $"{Back}{outside.Directory}/new", "/l/../file"])
            {
                if (what == "cwd") container.Bundle.Process["cwd"] = path;
                if (what == "mount") container.Bundle.Mount(path, "bind", volume, "bind");
                if (what == "node") container.Bundle.Linux["devices"] = new JsonArray(new JsonObject { ["path"] = path, ["type"] = "p", ["uid"] = 5 });
                if (what is "masked" or "readonly") ((JsonArray)container.Bundle.Linux[what + "Paths"]!).Add(path);
                outside.AssertUntouched(container.Run());
            }
            Leftovers.AssertNone(container);
        }
    }

    [Theory]
    [InlineData("/link/../kernel", "/proc/sys/fs")]
    [InlineData("/x/../proc/sys", null)]
    [InlineData("/x/..", null)]
    [InlineData("/link/..", "/tmp")]
    public void A_way_back_leads_a_mount_to_no_forbidden_place(string destination, string? target)
    {
        Requires.Root();
        using Container container = New();
        container.Bundle.Config["root"]!["readonly"] = false;
        Directory.CreateDirectory(Path.Combine(container.Bundle.Rootfs, "x"));
        if (target != null) File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "link"), target);
        container.Bundle.Mount(destination, "tmpfs", "tmpfs");
        Assert.Matches("mountpoint is on the top of rootfs|cannot be mounted because it is inside /proc", container.Run().Fails().Stderr);
        Leftovers.AssertNone(container);
    }

    // CVE-2026-41579: the nodes of /dev are made in the image's own directory.
    [Fact]
    public void Nodes_and_links_of_a_linked_dev_lie_inside_the_root()
    {
        Requires.Root();
        using Container container = New();
        Outside outside = new(container);
        Ask(container, withDev: false);
        Directory.Delete(Path.Combine(container.Bundle.Rootfs, "dev"));
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "dev"), outside.Directory);
        Result result = container.Run().Ok();
        outside.AssertUntouched(result);
        Assert.Contains("null", Directory.GetFileSystemEntries(container.Bundle.Rootfs + outside.Directory).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("/up/file", "../../../../../../../../..", "inside")]
    [InlineData("/top", "/", "mountpoint is on the top of rootfs")]
    [InlineData("/top", "..", "mountpoint is on the top of rootfs")]
    [InlineData("/there", "/proc/sys", "cannot be mounted because it is inside /proc")]
    [InlineData("/there", "/proc", "cannot be mounted because it is inside /proc")]
    [InlineData("/there/attr", "/proc/self", "cannot be mounted because it is inside /proc")]
    [InlineData("/there/x", "/proc/1/root", "too many levels of symbolic links")]
    public void A_link_leads_a_mount_to_no_forbidden_place(string destination, string target, string outcome)
    {
        Requires.Root();
        using Container container = New();
        Outside outside = new(container);
        string link = destination.Split('/')[1];
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, link), target);
        string volume = Directory.CreateDirectory(container.Path("volume")).FullName;
        container.Bundle.Mount(destination, "bind", volume, "bind");
        Result result = container.Run();
        if (outcome == "inside") result.Ok();
        else Assert.Contains(outcome, result.Fails().Stderr, StringComparison.Ordinal);
        outside.AssertUntouched(result);
    }

    // CVE-2021-30465, CVE-2024-45310: a process with access to a volume renames files while the container is created.
    [Theory]
    [InlineData("proc")]
    [InlineData("dev")]
    [InlineData("sys")]
    [InlineData("data")]
    [InlineData("data/deep")]
    [InlineData("run")]
    [InlineData("masked")]
    [InlineData("work")]
    public void A_name_swapped_for_a_link_while_it_is_made_leads_nowhere_outside(string place)
    {
        Requires.Root();
        using Container container = New();
        Outside outside = new(container);
        Ask(container, withDev: false);
        string path = Path.Combine(container.Bundle.Rootfs, place), other = Path.Combine(container.Bundle.Rootfs, "swapped");
        Directory.CreateDirectory(path);
        File.CreateSymbolicLink(other, Target("dots", outside.Directory, place));

        using CancellationTokenSource stop = new();
        Thread swapper = new(() =>
        {
            while (!stop.IsCancellationRequested) _ = renameat2(-100, path, -100, other, 2 /* RENAME_EXCHANGE */);
        });
        swapper.Start();
        try
        {
            for (int round = 0; round < 25; round++)
            {
                Result result = container.Run();
                outside.AssertUntouched(result);
                AssertMountedInside(result);
            }
        }
        finally
        {
            stop.Cancel();
            swapper.Join();
        }
        Leftovers.AssertNone(container);
    }

    // A path that would extend a link's target outside, by creating it piece by piece.
    [Fact]
    public void A_missing_directory_is_made_inside_even_if_its_name_exists_outside()
    {
        Requires.Root();
        using Container container = New();
        Outside outside = new(container);
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "data"), outside.Directory + "/new");
        container.Bundle.Mount("/data/a/b", "tmpfs", "tmpfs");
        container.Bundle.Process["cwd"] = "/data/c/d";
        Result result = container.Run().Ok();
        outside.AssertUntouched(result);
        Assert.True(Directory.Exists(container.Bundle.Rootfs + outside.Directory + "/new/c/d"));
    }

    // CVE-2025-52565.
    [Fact]
    public void A_console_of_the_image_that_is_a_link_gets_no_terminal()
    {
        Requires.Root();
        Requires.Program("script");
        using Container container = New();
        Outside outside = new(container);
        Ask(container, withDev: false);
        File.CreateSymbolicLink(Path.Combine(container.Bundle.Rootfs, "dev/console"), outside.Directory + "/file");
        container.Bundle.Process["terminal"] = true;
        container.Runtime.Prefix = ["/bin/sh", "-c", "exec script -qec \"$*\" /dev/null", "sh"];
        Result result = container.Run().Fails();
        Assert.Contains("must not be a symbolic link", result.Stdout + result.Stderr, StringComparison.Ordinal);
        outside.AssertUntouched(result);
        Leftovers.AssertNone(container);
    }

    private Container New()
    {
        Container container = new();
        container.Runtime.Tracer = Under;
        return container;
    }

    // All operations of the runtime on names of the image.
    private static void Ask(Container container, bool withDev)
    {
        string volume = Directory.CreateDirectory(container.Path("volume")).FullName, file = container.Path("file");
        File.WriteAllText(file, "content");
        Bundle bundle = container.Bundle;
        if (!withDev)
        {
            foreach (JsonNode? mount in bundle.Mounts.Where(mount => ((string)mount!["destination"]!).StartsWith("/dev", StringComparison.Ordinal)).ToArray())
                bundle.Mounts.Remove(mount);
            bundle.Mount("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620");
        }
        bundle.Mount("/data/file", "bind", file, "bind", "ro").Mount("/data/deep/volume", "bind", volume, "rbind").Mount("/etc/resolv.conf", "bind", file, "bind");
        bundle.Process["cwd"] = "/work/here";
        bundle.Linux["devices"] = new JsonArray(new JsonObject { ["path"] = "/run/node/zero", ["type"] = "c", ["major"] = 1, ["minor"] = 5, ["uid"] = 5, ["fileMode"] = 0x180 });
        ((JsonArray)bundle.Linux["maskedPaths"]!).Add("/masked/file");
        ((JsonArray)bundle.Linux["maskedPaths"]!).Add("/masked");
        ((JsonArray)bundle.Linux["readonlyPaths"]!).Add("/readonly");
        bundle.Args("/bin/cat", "/proc/self/mountinfo");
        bundle.Config["root"]!["readonly"] = true;
    }

    // A mount made outside is gone with the host's file system, so it would be missing in the container's table.
    private static void AssertMountedInside(Result result)
    {
        if (result.ExitCode != 0) return;
        string[][] mounts = [.. result.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))];
        Assert.True(2 == mounts.Count(mount => mount[3].EndsWith("/file", StringComparison.Ordinal)), $"both files: {result}");
        Assert.True(1 == mounts.Count(mount => mount[3].EndsWith("/volume", StringComparison.Ordinal)), $"the volume: {result}");
        foreach (string type in (string[])["proc", "sysfs", "devpts"])
            Assert.True(mounts.Any(mount => mount[Array.IndexOf(mount, "-") + 1] == type && mount[3] == "/"), $"{type}: {result}");
    }

    private static string Target(string way, string outside, string place) => way switch
    {
        "absolute" => outside,
        "dots" => string.Concat(Enumerable.Repeat("../", 20)) + outside.TrimStart('/'),
        "host" => "/proc/1/root" + outside,
        "proc" => "/proc/self/cwd/" + outside,
        _ => "/" + place,
    };

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(int oldDir, string oldPath, int newDir, string newPath, uint flags);

    /// <summary>A directory next to the bundle with a file under each name that the runtime may be lured to.</summary>
    private sealed class Outside
    {
        private readonly string _before;

        public Outside(Container container)
        {
            Directory = System.IO.Directory.CreateDirectory(container.Path("outside")).FullName;
            foreach (string name in (string[])["file", "null", "passwd", "zero", "core"]) File.WriteAllText($"{Directory}/{name}", "untouched");
            foreach (string name in (string[])["volume", "here", "deep", "pts", "empty"]) System.IO.Directory.CreateDirectory($"{Directory}/{name}");
            _before = Show();
        }

        public string Directory { get; }

        public void AssertUntouched(Result result)
        {
            Assert.True(_before == Show(), $"before:\n{_before}\nafter:\n{Show()}\n{result}");
            Assert.DoesNotContain(MountTable.Read(), mount => MountTable.IsUnder(mount, Directory));
        }

        private string Show() => Command.Run("/usr/bin/find", Directory, "-printf", "%P %y %m %U:%G %s %T@ %C@ %l\n").Ok().Stdout;
    }
}
