// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;

namespace Runcs.Conformance.Cgroups;

public class FactsTests
{
    [Fact]
    public void Hybrid_hosts_have_v1_hierarchies_and_v2_beside_them() => Snapshot.Verify(Hosts.Hybrid.ToString());

    [Fact]
    public void Unified_hosts_have_one_hierarchy() => Snapshot.Verify(Hosts.Unified.ToString());

    [Fact]
    public void V2_that_is_not_mounted_beside_v1_is_left_out()
    {
        CgroupFacts facts = CgroupFacts.UsualV1("2:pids:/\n0::/\n", ["pids"])!;
        Assert.Equal(["pids"], facts.Hierarchies.Select(hierarchy => hierarchy.Name));
    }

    [Fact]
    public void A_v1_hierarchy_without_a_directory_sends_to_the_mount_table() =>
        Assert.Null(CgroupFacts.UsualV1("3:memory:/\n2:pids:/\n", ["pids"]));

    [Fact]
    public void The_mount_table_shows_hierarchies_in_other_places()
    {
        const string Mounts = """
            22 27 0:21 / /proc rw,relatime - proc proc rw
            33 30 0:27 / /dev/cg\040roups/mem rw,relatime shared:9 - cgroup none rw,memory
            34 30 0:28 / /dev/cpu rw,relatime - cgroup none rw,cpuacct,cpu
            35 30 0:29 / /dev/sd rw,relatime - cgroup none rw,xattr,name=systemd
            36 30 0:30 / /dev/two rw,relatime - cgroup2 none rw
            """;
        Snapshot.Verify(CgroupFacts.ParseMounts("4:memory:/a\n3:cpu,cpuacct:/\n2:blkio:/\n1:name=systemd:/b\n0::/c\n", Mounts).ToString());
    }

    // As in a Docker container without a cgroup namespace.
    [Theory]
    [InlineData("/docker/abc", "/")]
    [InlineData("/docker/abc/x", "/x")]
    [InlineData("/docker/abcd", "/")]
    public void Mounts_of_a_part_show_the_paths_below_it(string own, string seen)
    {
        CgroupFacts facts = CgroupFacts.ParseMounts($"4:memory:{own}\n", "33 30 0:27 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n");
        Assert.Equal(seen, facts.Hierarchies[0].OwnPath);
    }

    [Fact]
    public void Cgroup2_alone_in_the_mount_table_is_a_unified_host()
    {
        Assert.True(CgroupFacts.ParseMounts("2:pids:/\n0::/\n", "36 30 0:30 / /sys/fs/cgroup rw - cgroup2 none rw\n").IsUnified);
        Assert.Empty(CgroupFacts.ParseMounts("0::/\n", "").Hierarchies);
    }

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a/b", "/a/b")]
    [InlineData("a", "/a")]
    [InlineData("//a//./b/", "/a/b")]
    [InlineData("/a/../../../b", "/b")]
    [InlineData("/..", "/")]
    [InlineData("/a/..b/.c", "/a/..b/.c")]
    public void No_path_leads_above_the_root(string path, string clean) => Assert.Equal(clean, CgroupPaths.Clean(path));

    [Theory]
    [InlineData("memory:/sys/fs/cgroup/memory:/a/b:c")]
    [InlineData("cpu,cpuacct:/sys/fs/cgroup/cpu,cpuacct:/x")]
    [InlineData("name=systemd:/sys/fs/cgroup/systemd:/x")]
    [InlineData("unified:/sys/fs/cgroup:/x")]
    public void Places_are_kept_as_text(string text) => Assert.Equal(text, CgroupPlace.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("memory:/sys")]
    [InlineData("memory:/sys:x")]
    public void Invalid_text_is_refused(string text) => Assert.Throws<Runcs.Native.RuncsException>(() => CgroupPlace.Parse(text));

    [Fact]
    public void A_place_has_the_controllers_of_its_hierarchy()
    {
        CgroupPlace place = CgroupPlace.Parse("cpu,cpuacct:/x:/y");
        Assert.True(place.Has("cpu"));
        Assert.True(place.Has("cpuacct"));
        Assert.False(place.Has("cpus"));
        Assert.False(CgroupPlace.Parse("cpuset:/x:/y").Has("cpu"));
        Assert.True(CgroupPlace.Parse("cpuacct,cpu:/x:/y").Has("cpu"));
    }
}
