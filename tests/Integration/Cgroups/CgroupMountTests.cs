// SPDX-License-Identifier: Apache-2.0

namespace Runcs.Integration;

/// <summary>A mount of type <c>cgroup</c>: the container's own part of each hierarchy, and nothing above it.</summary>
[InGuest]
public class CgroupMountTests
{
    private const string Show = "awk '$5 ~ /^\\/sys\\/fs\\/cgroup/ { split($6, o, \",\"); print $5, o[1], $4 }' /proc/self/mountinfo | sort";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Version_1_has_a_directory_for_each_hierarchy(bool ownNamespace)
    {
        Requires.Root();
        Requires.CgroupV1();
        using Container container = new();
        if (ownNamespace) container.Bundle.Linux["namespaces"]!.AsArray().Add(new System.Text.Json.Nodes.JsonObject { ["type"] = "cgroup" });
        container.Bundle.Shell(Show + "; cat /sys/fs/cgroup/pids/cgroup.procs | wc -l; touch /sys/fs/cgroup/x 2>/dev/null || echo closed; mkdir /sys/fs/cgroup/pids/x 2>/dev/null || echo closed; cut -d: -f3 /proc/self/cgroup | grep -c '\\.\\.'");
        string[] lines = container.Run().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["closed", "closed", "0"], lines[^3..]);
        // Only the container's own processes: the shell and its children.
        Assert.InRange(int.Parse(lines[^4]), 1, 3);
        string[][] mounts = [.. lines[..^4].Select(line => line.Split(' '))];
        Assert.All(mounts, mount => Assert.Equal("ro", mount[1]));
        string[] pids = Assert.Single(mounts, mount => mount[0] == "/sys/fs/cgroup/pids");
        if (ownNamespace) Assert.Equal("/", pids[2]);
        else Assert.EndsWith("/" + container.Id, pids[2]);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Version_1_is_writable_unless_it_is_to_be_read_only()
    {
        Requires.Root();
        Requires.CgroupV1();
        using Container container = new();
        container.Bundle.Mounts[^1]!["options"] = new System.Text.Json.Nodes.JsonArray("nosuid", "noexec", "nodev");
        container.Bundle.Shell("mkdir /sys/fs/cgroup/pids/x && rmdir /sys/fs/cgroup/pids/x && echo open");
        Assert.Equal("open\n", container.Run().Ok().Stdout);
    }

    // Each hierarchy of the host, including named ones and those with several controllers, which have a link for each
    // controller.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Version_1_shows_every_hierarchy(bool ownNamespace)
    {
        Requires.Root();
        Requires.CgroupV1();
        using Container container = new();
        if (ownNamespace) container.Bundle.Linux["namespaces"]!.AsArray().Add(new System.Text.Json.Nodes.JsonObject { ["type"] = "cgroup" });
        container.Bundle.Shell("cd /sys/fs/cgroup; for d in *; do echo $d $(readlink $d) $(grep -c . $d/cgroup.procs); done");
        string[] shown = container.Run().Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var expected = new List<string>();
        foreach (string line in File.ReadLines("/proc/self/cgroup"))
        {
            string controllers = line.Split(':')[1].Replace("name=", "", StringComparison.Ordinal);
            // A hierarchy that is not mounted, or temporarily mounted elsewhere, is not one of the host's usual ones.
            if (!Directory.Exists("/sys/fs/cgroup/" + (controllers.Length == 0 ? "unified" : controllers))) continue;
            expected.Add(controllers.Length == 0 ? "unified" : controllers);
            if (controllers.Contains(',', StringComparison.Ordinal)) expected.AddRange(controllers.Split(',').Select(name => $"{name} {controllers}"));
        }
        Assert.Equal(expected.Order(StringComparer.Ordinal), shown.Select(line => line[..line.LastIndexOf(' ')]).Order(StringComparer.Ordinal));
        Assert.All(shown, line => Assert.InRange(int.Parse(line[(line.LastIndexOf(' ') + 1)..]), 1, 4));
    }

    // In a nested container the kernel may refuse a new mount of the hierarchy (EBUSY, EPERM): the directory is bound
    // instead.
    [Theory]
    [InlineData("ro")]
    [InlineData("rw")]
    public void Version_2_is_bound_where_it_cannot_be_mounted(string mode)
    {
        Requires.Root();
        Requires.Program("strace");
        using Container container = new();
        container.Bundle.Mounts[^1]!["options"] = new System.Text.Json.Nodes.JsonArray("nosuid", "noexec", "nodev", mode);
        container.Bundle.Linux["namespaces"]!.AsArray().Add(new System.Text.Json.Nodes.JsonObject { ["type"] = "cgroup" });
        // init's seventh file system is this one.
        container.Runtime.Tracer = [.. PureCgroupV2.Prefix, "strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsopen", "-e", "inject=fsopen:error=EBUSY:when=7"];
        container.Bundle.Shell(Show + "; cat /sys/fs/cgroup/cgroup.procs | wc -l");
        string[] lines = container.Run().Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["/sys/fs/cgroup", mode], lines[0].Split(' ')[..2]);
        Assert.InRange(int.Parse(lines[1]), 1, 3);
    }

    [Theory]
    [InlineData(true, "ro")]
    [InlineData(false, "ro")]
    [InlineData(true, "rw")]
    public void Version_2_is_one_mount(bool ownNamespace, string mode)
    {
        Requires.Root();
        using Container container = new();
        container.Runtime.Prefix = PureCgroupV2.Prefix;
        container.Bundle.Mounts[^1]!["options"] = new System.Text.Json.Nodes.JsonArray("nosuid", "noexec", "nodev", mode);
        if (ownNamespace) container.Bundle.Linux["namespaces"]!.AsArray().Add(new System.Text.Json.Nodes.JsonObject { ["type"] = "cgroup" });
        container.Bundle.Shell(Show + "; test -f /sys/fs/cgroup/cgroup.procs && cat /sys/fs/cgroup/cgroup.procs | wc -l");
        string[] lines = container.Run().Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        string[] mount = lines[0].Split(' ');
        Assert.Equal(["/sys/fs/cgroup", mode], mount[..2]);
        if (ownNamespace) Assert.Equal("/", mount[2]);
        else Assert.EndsWith("/" + container.Id, mount[2]);
        Assert.InRange(int.Parse(lines[1]), 1, 3);
        Leftovers.AssertNone(container);
    }
}
