// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>getrlimit(2), RLIMIT_NOFILE: the number of descriptors that a start needs does not grow with the config.</summary>
public sealed class DescriptorLimitTests : IDisposable
{
    private const int Limit = 64, Many = 1000;

    private static readonly Dictionary<string, Action<Container, int>> _kinds = new()
    {
        ["read-only tmpfs"] = (container, i) => container.Bundle.Mount($"/many/{i}", "tmpfs", "tmpfs", "ro"),
        ["read-only tmpfs at one place"] = (container, i) => container.Bundle.Mount("/many", "tmpfs", "tmpfs", "ro"),
        ["bind"] = (container, i) => container.Bundle.Mount($"/many/{i}", "bind", Source(container), "rbind", "ro"),
        ["bind of the root"] = (container, i) => container.Bundle.Mount($"/many/{i}", "bind", container.Bundle.Rootfs + "/bin", "bind"),
        ["mapped bind"] = (container, i) => Mapped(container.Bundle.Mount($"/many/{i}", "bind", Source(container), "bind"), 0),
        ["differently mapped bind"] = (container, i) => Mapped(container.Bundle.Mount($"/many/{i}", "bind", Source(container), "bind"), i),
        ["remount"] = (container, i) => container.Bundle.Mount("/many", "tmpfs", "tmpfs").Mount("/many", "tmpfs", "tmpfs", "remount", "bind", "ro"),
        ["proc"] = (container, i) => container.Bundle.Mount($"/many/{i}", "proc", "proc"),
        ["mqueue"] = (container, i) => container.Bundle.Mount($"/many/{i}", "mqueue", "mqueue"),
        ["sysfs"] = (container, i) => container.Bundle.Mount($"/many/{i}", "sysfs", "sysfs", "ro"),
        ["device"] = (container, i) => ((JsonArray)(container.Bundle.Linux["devices"] ??= new JsonArray())).Add(new JsonObject { ["path"] = $"/many/{i}/fifo", ["type"] = "p" }),
        ["masked path"] = (container, i) => Restrict(container, "maskedPaths", i),
        ["read-only path"] = (container, i) => Restrict(container, "readonlyPaths", i),
        ["startContainer"] = (container, i) => Hook(container, "startContainer"),
        ["createContainer"] = (container, i) => Hook(container, "createContainer"),
        ["createRuntime"] = (container, i) => Hook(container, "createRuntime"),
    };

    private readonly Container _container = new();

    public DescriptorLimitTests()
    {
        Requires.Root();
        Requires.Runcs();
        _container.Bundle.Config["root"]!["readonly"] = false;
        ((JsonObject)_container.Bundle.Process).Remove("rlimits");
        // Accessible to the root of a user namespace.
        File.SetUnixFileMode(Directory.CreateDirectory(_container.Bundle.Rootfs + "/many").FullName, (UnixFileMode)0b111_111_111);
    }

    public static TheoryData<string, bool> KindsAndUsers
    {
        get
        {
            TheoryData<string, bool> data = [];
            foreach (string kind in _kinds.Keys)
            {
                data.Add(kind, false);
                data.Add(kind, true);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(KindsAndUsers))]
    public void Thousands_of_a_kind_need_no_more_descriptors_than_one(string kind, bool users)
    {
        if (kind.EndsWith("mapped bind", StringComparison.Ordinal)) Requires.Kernel(5, 12);
        if (users) UserMaps.Add(_container);
        // A hook is a process, and a mask a directory that must be made first.
        int count = kind.Contains("Container", StringComparison.Ordinal) || kind.StartsWith("create", StringComparison.Ordinal) ? 200 : Many;
        for (int i = 0; i < count; i++) _kinds[kind](_container, i);
        AssertRuns();
    }

    // proc, sysfs and mqueue of the host's namespaces are mounted before the user namespace is entered, and wait for their turn.
    [Theory]
    [InlineData("pid", "proc")]
    [InlineData("network", "sysfs")]
    [InlineData("ipc", "mqueue")]
    public void Thousands_of_file_systems_of_other_namespaces_need_no_more_descriptors_than_one(string space, string type)
    {
        UserMaps.Add(_container);
        var namespaces = (JsonArray)_container.Bundle.Linux["namespaces"]!;
        namespaces.Remove(namespaces.First(entry => (string)entry!["type"]! == space));
        for (int i = 0; i < Many; i++) _kinds[type](_container, i);
        // One with other flags than those before it.
        _container.Bundle.Mount("/many/last", type, type, "noexec", "noatime").Shell("grep ' /many/last ' /proc/self/mountinfo | cut -d' ' -f 6");
        Assert.Equal("rw,noexec,noatime\n", Run().Ok().Stdout);
        Leftovers.AssertNone(_container);
    }

    // The namespace of a mapping that comes again is made again.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_of_many_mappings_is_its_mounts(bool users)
    {
        Requires.Kernel(5, 12);
        if (users) UserMaps.Add(_container);
        const int Mappings = 20;
        for (int i = 0; i < 2 * Mappings; i++) Mapped(_container.Bundle.Mount($"/many/{i}", "bind", Source(_container), "bind"), i % Mappings);
        _container.Bundle.Shell($"i=0; while [ $i -lt {2 * Mappings} ]; do stat -c %u /many/$i; i=$((i + 1)); done");
        string[] seen = Run().Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int first = users ? 0 : UserMaps.Host;
        Assert.Equal(Enumerable.Range(0, 2 * Mappings).Select(i => (first + i % Mappings).ToString()), seen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_deep_directory_that_tmpcopyup_copies_needs_no_more_descriptors_than_a_flat_one(bool users)
    {
        const int Levels = 200;
        if (users) UserMaps.Add(_container);
        string top = _container.Bundle.Rootfs + "/many/deep", deepest = top;
        for (int i = 0; i < Levels; i++) deepest += "/d";
        Directory.CreateDirectory(deepest);
        File.WriteAllText(deepest + "/file", "deep\n");
        // On both sides of the directory, in whatever order they are listed.
        foreach (string name in (string[])["a", "z"])
        {
            Directory.CreateDirectory($"{top}/{name}");
            File.WriteAllText($"{top}/{name}/file", name + "\n");
        }
        _container.Bundle.Mount("/many/deep", "tmpfs", "tmpfs", "tmpcopyup", "ro").Shell($"cat .{deepest[_container.Bundle.Rootfs.Length..]}/file /many/deep/a/file /many/deep/z/file; ls /many/deep");
        Assert.Equal("deep\na\nz\na\nd\nz\n", Run().Ok().Stdout);
        Leftovers.AssertNone(_container);
    }

    // They are open already; all else fits beside them as it does beside none.
    [Fact]
    public void Descriptors_that_the_program_keeps_leave_room_for_the_rest()
    {
        const int Kept = 200;
        _container.Bundle.Shell("ls /proc/self/fd | wc -l");
        _container.Runtime.Tracer = ["bash", "-c", $"ulimit -n {Limit + Kept}; for ((i = 3; i < {3 + Kept}; i++)); do eval \"exec $i</dev/null\"; done; exec \"$@\"", "bash"];
        // And the standard streams, and the directory that ls reads.
        Assert.Equal($"{3 + Kept + 1}\n", _container.Run("--preserve-fds", Kept.ToString()).Ok().Stdout);
    }

    public void Dispose() => _container.Dispose();

    private void AssertRuns()
    {
        _container.Bundle.Shell("echo runs");
        Assert.Equal("runs\n", Run().Ok().Stdout);
        Leftovers.AssertNone(_container);
    }

    private Result Run()
    {
        _container.Runtime.Tracer = ["bash", "-c", $"ulimit -n {Limit}; exec \"$@\"", "bash"];
        return _container.Run();
    }

    private static string Source(Container container) => Directory.CreateDirectory(container.Path("source")).FullName;

    private static void Mapped(Bundle bundle, int first)
    {
        foreach (string field in (string[])["uidMappings", "gidMappings"])
            bundle.Mounts[^1]![field] = new JsonArray(new JsonObject { ["containerID"] = 0, ["hostID"] = UserMaps.Host + first, ["size"] = 1 });
    }

    private static void Restrict(Container container, string field, int i)
    {
        Directory.CreateDirectory($"{container.Bundle.Rootfs}/many/{i}");
        ((JsonArray)container.Bundle.Linux[field]!).Add($"/many/{i}");
    }

    private static void Hook(Container container, string kind)
    {
        var hooks = (JsonObject)(container.Bundle.Config["hooks"] ??= new JsonObject());
        ((JsonArray)(hooks[kind] ??= new JsonArray())).Add(new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", "grep -q '\"status\"'") });
    }
}
