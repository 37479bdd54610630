// SPDX-License-Identifier: Apache-2.0
using Runcs.Namespaces;
using Runcs.OciSpec;
using Runcs.Values;

namespace Runcs.Conformance.Namespaces;

/// <summary>
/// config-linux.md, "Namespaces", "User namespace mappings" and "Offset for Time Namespace": the errors, by JSON path.
/// </summary>
public class NamespacePlannerTests
{
    private static readonly LinuxIDMapping _all = new() { ContainerID = 0, HostID = 100000, Size = 65536 };

    [Theory]
    [Requirement("config-linux/namespaces-duplicate")]
    [InlineData("pid")]
    [InlineData("network")]
    [InlineData("mount")]
    [InlineData("ipc")]
    [InlineData("uts")]
    [InlineData("user")]
    [InlineData("cgroup")]
    [InlineData("time")]
    public void A_namespace_type_listed_twice_is_refused(string kind)
    {
        Linux linux = kind == "user" ? WithMaps([_all]) : new();
        linux.Namespaces = [new() { Type = kind }, new() { Type = kind, Path = "/proc/1/ns/x" }];
        Assert.Contains($"linux.namespaces[1].type: the namespace \"{kind}\" is listed twice", Problems(linux));
    }

    [Theory]
    [InlineData("0 100000 0", "[0].size: must not be 0")]
    [InlineData("0 100000 10, 5 200000 10", "[1].containerID: overlaps with [0]")]
    [InlineData("5 200000 10, 0 100000 6", "[1].containerID: overlaps with [0]")]
    [InlineData("0 100000 10, 20 100009 10", "[1].hostID: overlaps with [0]")]
    [InlineData("0 4294967290 10", "[0].hostID: 4294967290 and size 10 go beyond the last id")]
    [InlineData("0 1 10, 4294967290 100 10", "[1].containerID: 4294967290 and size 10 go beyond the last id")]
    [InlineData("1 100000 10", ": must map containerID 0")]
    [InlineData("", ": must not be empty with a user namespace")]
    public void Maps_that_the_kernel_would_refuse_are_refused_by_their_path(string map, string problem)
    {
        LinuxIDMapping[] mappings = [.. map.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(Mapping)];
        Linux linux = WithMaps([_all]);
        linux.UidMappings = mappings;
        Assert.Equal(["linux.uidMappings" + problem], Problems(linux));
        linux = WithMaps([_all]);
        linux.GidMappings = mappings;
        Assert.Equal(["linux.gidMappings" + problem], Problems(linux));
    }

    [Fact]
    public void A_map_has_as_many_lines_as_the_kernel_takes()
    {
        Linux linux = WithMaps([.. Enumerable.Range(0, 341).Select(i => new LinuxIDMapping { ContainerID = (uint)i, HostID = (uint)(2 * i), Size = 1 })]);
        linux.GidMappings = [_all];
        Assert.Equal(["linux.uidMappings: the kernel accepts at most 340 mappings, got 341"], Problems(linux));
        linux.UidMappings = linux.UidMappings[1..] is var rest ? [new() { Size = 1 }, .. rest[1..]] : [];
        Assert.Empty(Problems(linux));
        linux.UidMappings = [.. Enumerable.Range(0, 200).Select(i => new LinuxIDMapping { ContainerID = (uint)(i * 1_000_000), HostID = 1_000_000_000 + (uint)(i * 2), Size = 1 })];
        Assert.StartsWith("linux.uidMappings: the kernel accepts at most 4095 bytes of text", Assert.Single(Problems(linux)), StringComparison.Ordinal);
    }

    [Fact]
    public void Maps_need_a_user_namespace()
    {
        Linux linux = WithMaps([_all]);
        linux.Namespaces = [];
        Assert.Equal(["linux.uidMappings: needs a user namespace in linux.namespaces", "linux.gidMappings: needs a user namespace in linux.namespaces"], Problems(linux));
        // With a path they describe what the namespace must be, which only the kernel can check.
        linux.Namespaces = [new() { Type = "user", Path = "/proc/1/ns/user" }, new() { Type = "mount" }];
        Assert.Empty(Problems(linux));
        linux.UidMappings = linux.GidMappings = [];
        Assert.Empty(Problems(linux));
    }

    [Fact]
    public void A_user_namespace_needs_a_mount_namespace_in_which_it_may_mount()
    {
        Linux linux = WithMaps([_all]);
        linux.Namespaces = [new() { Type = "user" }];
        Assert.StartsWith("linux.namespaces: a user namespace needs a mount namespace", Assert.Single(Problems(linux)), StringComparison.Ordinal);
        linux.Namespaces = [new() { Type = "mount", Path = "/proc/1/ns/mnt" }, new() { Type = "user" }];
        Assert.StartsWith("linux.namespaces[0]: a new user namespace cannot mount in a joined mount namespace", Assert.Single(Problems(linux)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_user_of_the_program_is_in_the_maps()
    {
        var user = new User { Uid = 65536, Gid = 70000, AdditionalGids = [1, 65536] };
        Assert.Equal(
        [
            "process.user.uid: 65536 is not in linux.uidMappings",
            "process.user.gid: 70000 is not in linux.gidMappings",
            "process.user.additionalGids[1]: 65536 is not in linux.gidMappings",
        ], Problems(WithMaps([_all]), user));
        Assert.Empty(Problems(WithMaps([_all]), new User { Uid = 65535, Gid = 65535, AdditionalGids = [0] }));
    }

    [Theory]
    [InlineData("time", "", "monotonic", 0, null)]
    [InlineData("time", "", "boottime", 999_999_999, null)]
    [InlineData("time", "", "boottime", 1_000_000_000, "linux.timeOffsets.boottime.nanosecs: must be at most 999999999, got 1000000000")]
    [InlineData("time", "", "realtime", 0, "linux.timeOffsets.realtime: unknown clock: must be monotonic or boottime")]
    [InlineData("time", "/proc/1/ns/time", "monotonic", 0, "linux.timeOffsets: cannot be set in a joined time namespace")]
    [InlineData("uts", "", "monotonic", 0, "linux.timeOffsets: needs a time namespace in linux.namespaces")]
    public void Offsets_belong_to_a_new_time_namespace(string kind, string path, string clock, uint nanoseconds, string? problem)
    {
        var linux = new Linux { Namespaces = [new() { Type = kind, Path = path }] };
        linux.TimeOffsets[clock] = new LinuxTimeOffset { Secs = -5, Nanosecs = nanoseconds };
        Assert.Equal(problem == null ? [] : [problem], Problems(linux));
    }

    [Fact]
    public void A_map_gives_the_hosts_id_for_the_containers()
    {
        var map = new IdMap(new IdRange(0, 1000, 1), new IdRange(1, 100000, 65535), new IdRange(4294967294, 7, 1));
        Assert.Equal([1000u, 100000u, 165534u, 7u], ((uint[])[0, 1, 65535, 4294967294]).Select(id => map.TryOutside(id, out uint host) ? host : 0));
        Assert.False(map.Contains(65536));
        Assert.False(map.Contains(4294967295));
        Assert.True(map.IsSameAs(IdMap.Parse("         1     100000      65535\n4294967294 7 1\n0 1000 1\n")));
        Assert.False(map.IsSameAs(IdMap.Parse("1 100000 65535\n4294967294 7 1\n0 1001 1\n")));
        Assert.False(map.IsSameAs(IdMap.Parse("0 1000 1\n")));
    }

    // user_namespaces(7), "Defining user and group ID mappings".
    [Theory]
    [InlineData("0 1000 1", 1000u, 0ul, IdMapMethod.WriteOwn)]
    [InlineData("0 1001 1", 1000u, 0ul, IdMapMethod.Helper)]
    [InlineData("0 1000 2", 1000u, 0ul, IdMapMethod.Helper)]
    [InlineData("0 0 1", 1000u, 0ul, IdMapMethod.Helper)]
    [InlineData("0 100000 65536", 0u, ulong.MaxValue, IdMapMethod.Write)]
    [InlineData("0 0 1", 0u, ulong.MaxValue, IdMapMethod.Write)]
    // CAP_SETUID is for uids alone, CAP_SETGID for gids.
    [InlineData("0 1001 1", 1000u, 1ul << 7, IdMapMethod.Write)]
    public void Who_writes_a_map(string map, uint own, ulong capabilities, IdMapMethod expected)
    {
        Linux linux = WithMaps([Mapping(map)]);
        NamespacePlan plan = NamespacePlanner.PlanNamespaces(linux, new User(), new CallerFacts(own, own, capabilities), []);
        Assert.Equal(expected, plan.UidMethod);
        Assert.Equal(capabilities == 1ul << 7 ? IdMapMethod.Helper : expected, plan.GidMethod);
        Assert.Equal(capabilities != ulong.MaxValue, plan.IsOfOrdinaryUser);
    }

    [Fact]
    public void An_ordinary_user_needs_a_user_namespace()
    {
        var caller = new CallerFacts(1000, 1000, 0);
        var linux = new Linux { Namespaces = [new() { Type = "mount" }] };
        Assert.Equal(["linux.namespaces: runcs runs as uid 1000, not as root, so the container needs a user namespace (runcs spec --rootless writes a config with one)"], Problems(linux, caller: caller));
        Assert.Empty(Problems(linux));
        Assert.Empty(Problems(WithMaps([Mapping("0 1000 1")]), caller: caller));
        linux.Namespaces = [new() { Type = "mount" }, new() { Type = "user", Path = "/proc/1/ns/user" }];
        Assert.Empty(Problems(linux, caller: caller));
    }

    private static Linux WithMaps(LinuxIDMapping[] mappings) => new() { Namespaces = [new() { Type = "user" }, new() { Type = "mount" }], UidMappings = mappings, GidMappings = mappings };

    private static LinuxIDMapping Mapping(string text)
    {
        uint[] fields = [.. text.Split(' ').Select(uint.Parse)];
        return new() { ContainerID = fields[0], HostID = fields[1], Size = fields[2] };
    }

    private static List<string> Problems(Linux linux, User? user = null, CallerFacts? caller = null)
    {
        var problems = new List<string>();
        NamespacePlanner.PlanNamespaces(linux, user ?? new User(), caller ?? CallerFacts.OfRoot, problems);
        return problems;
    }
}
