// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.OciSpec;
using Runcs.Rootfs;

namespace Runcs.Conformance.Rootfs;

public class RootfsPlannerTests
{
    private const string Bundle = "/bundle";

    [Fact]
    public void The_plan_of_the_default_config() => Snapshot.Verify(Plan(Default()));

    [Fact]
    public void The_plans_of_engines_configs()
    {
        Config config = Default();
        config.Root = new Root { Path = "/var/lib/engine/merged" };
        config.Linux!.RootfsPropagation = "rshared";
        config.Linux.Sysctl = new() { ["net.ipv4.ip_unprivileged_port_start"] = "0", ["net/ipv4/conf/eth0.5/forwarding"] = "1" };
        config.Linux.Devices = [new LinuxDevice { Path = "/dev/net/tun", Type = "c", Major = 10, Minor = 200, FileMode = 0x21B6, Gid = 5 }, new LinuxDevice { Path = "/dev/null", Type = "c", Major = 1, Minor = 3 }];
        config.Mounts =
        [
            Mount("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
            Mount("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k", "ro"),
            Mount("/etc/hosts", "bind", "/run/hosts", "rbind", "rprivate", "rro"),
            Mount("etc/../data/./x", "", "volumes/data", "bind", "ro", "noatime"),
            Mount("/tmp", "tmpfs", "tmpfs", "nosuid", "tmpcopyup"),
            Mount("/sys/fs/cgroup", "cgroup", "cgroup", "ro"),
            Mount("/proc/cpuinfo", "none", "/var/lib/lxcfs/cpuinfo", "bind"),
            Mount("/", "", "", "remount", "nodev"),
            new Mount { Destination = "/home", Type = "bind", Source = "/srv", Options = ["rbind", "ridmap"], UidMappings = [Ids(0, 1000, 5), Ids(5, 9, 1)], GidMappings = [Ids(0, 1000, 1)] },
            new Mount { Destination = "/disk", Type = "ext4", Source = "/dev/vdb", UidMappings = [Ids(0, 1000, 5)], GidMappings = [Ids(0, 1000, 1)] },
        ];
        config.Process!.Cwd = "/home/user/";
        Snapshot.Verify(Plan(config));
    }

    [Fact]
    [Requirement("config/mounts-destination", "config/mounts-uidmappings-with-gid", "config/mounts-gidmappings-with-uid", "config/idmap-without-mappings",
        "config/ridmap-without-mappings", "config-linux/devices-type", "config-linux/devices-path", "config-linux/devices-numbers", "config/root-path")]
    public void All_problems_are_found_at_once()
    {
        Config config = Default();
        config.Root = new Root();
        config.Mounts =
        [
            Mount("", "tmpfs", "tmpfs"),
            Mount("/..", "tmpfs", "tmpfs"),
            Mount("/proc", "tmpfs", "tmpfs"),
            Mount("/proc/sys/kernel", "none", "/x", "bind"),
            Mount("/a", "", "x"),
            Mount("/b", "bind", "", "bind"),
            Mount("/c", "bind", "/x", "bind", "size=5", "nosiud"),
            Mount("/d", "bind", "/x", "bind", "idmap"),
            Mount("/e", "proc", "proc", "tmpcopyup"),
            new Mount { Destination = "/f", Type = "bind", Source = "/x", Options = ["bind"], UidMappings = [Ids(0, 1, 1)], GidMappings = [new()] },
            new Mount { Destination = "/g", Type = "bind", Source = "/x", Options = ["bind"], UidMappings = [Ids(0, 1, 1)] },
            new Mount { Destination = "/g", Type = "tmpfs", Options = ["idmap"], GidMappings = [Ids(0, 1, 1)] },
            Mount("/h", "cgroup", "cgroup", "idmap"),
            Mount("/i", "bind", "/x", "bind", "ridmap"),
            Mount("/dev", "", "", "remount", "bind", "ridmap"),
        ];
        config.Linux!.RootfsPropagation = "public";
        config.Linux.MaskedPaths = ["proc/kcore", "/"];
        config.Linux.ReadonlyPaths = ["x"];
        config.Linux.Devices =
        [
            new LinuxDevice { Path = "dev/x", Type = "c" }, new LinuxDevice { Path = "/dev/x", Type = "z" }, new LinuxDevice { Path = "/dev/p", Type = "p" },
            new LinuxDevice { Type = "p" }, new LinuxDevice { Path = "/dev/x" },
            new LinuxDevice { Path = "/dev/y", Type = "b", Major = 5000, Minor = -1 },
        ];
        config.Linux.Sysctl = new() { ["kernel.hostname"] = "x", ["vm.swappiness"] = "1", ["net/../vm/swappiness"] = "1", ["x"] = "1" };
        Snapshot.Verify(string.Join('\n', Problems(config)) + "\n");
    }

    // config-linux.md, "Mount Label": mounts without labels are skipped, and a mount's own option takes precedence.
    [Fact]
    public void Only_mounts_that_take_a_label_get_one()
    {
        Config config = Default();
        config.Linux!.MountLabel = "system_u:object_r:container_file_t:s0:c1,c2";
        config.Mounts =
        [
            .. config.Mounts, Mount("/a", "bind", "/x", "bind"), Mount("/b", "tmpfs", "tmpfs", "context=\"own:s0:c1,c2\"", "size=5"),
            Mount("/c", "overlay", "overlay", "lowerdir=a:b"),
        ];
        Snapshot.Verify(Plan(config));
    }

    // config.md, "Linux mount options": a mount without its own mappings may use the container's.
    [Fact]
    [Requirement("config/idmap-without-mappings", "config/ridmap-without-mappings")]
    public void Ids_are_mapped_as_the_container_maps_them_by_default()
    {
        Config config = Default();
        config.Linux!.Namespaces = [.. config.Linux.Namespaces, new LinuxNamespace { Type = "user" }];
        config.Linux.UidMappings = [Ids(0, 100000, 65536)];
        config.Linux.GidMappings = [Ids(0, 200000, 65536)];
        config.Mounts = [Mount("/a", "bind", "/x", "bind", "idmap"), Mount("/b", "bind", "/x", "rbind", "idmap", "ridmap")];
        MountIdMapping ids = Of(config).Mounts[0].IdMapping!;
        Assert.Equal(("0 100000 65536\n", "0 200000 65536\n", ""), (ids.Uids, ids.Gids, ids.NamespacePath));
        Assert.True(Of(config).Mounts[1].IdMapping!.IsSameAs(ids));
        config.Linux.Namespaces[^1].Path = "/proc/1/ns/user";
        Assert.Equal(("", "", "/proc/1/ns/user"), (Of(config).Mounts[0].IdMapping!.Uids, Of(config).Mounts[0].IdMapping!.Gids, Of(config).Mounts[0].IdMapping!.NamespacePath));
        config.Linux.Namespaces = config.Linux.Namespaces[..^1];
        Assert.Equal(2, Problems(config).Count);
    }

    // crun(1): the form that Podman writes.
    [Theory]
    [InlineData("idmap=uids=0-1-10#10-11-10;gids=0-100-10", "0 1 10\n10 11 10\n", "0 100 10\n")]
    [InlineData("ridmap=gids=5-6-1;uids=@1-3-10", "1 1003 10\n", "5 6 1\n")]
    [InlineData("idmap=uids=@1-70000-10;gids=0-0-1", null, null)]
    [InlineData("idmap=uids=0-1-10", null, null)]
    [InlineData("idmap=uids=0-1;gids=0-1-1", null, null)]
    [InlineData("idmap=uids=0-1-1;gids=0-1-x", null, null)]
    [InlineData("idmap=gids=0-1-1;uids=0-1-1;x", null, null)]
    [InlineData("idmap=uids=0-1-0;gids=0-1-1", null, null)]
    public void Ids_are_mapped_as_the_option_says(string option, string? uids, string? gids)
    {
        Config config = Default();
        config.Linux!.Namespaces = [.. config.Linux.Namespaces, new LinuxNamespace { Type = "user" }];
        config.Linux.UidMappings = [Ids(0, 1000, 65536)];
        config.Linux.GidMappings = [Ids(0, 1000, 65536)];
        config.Mounts = [Mount("/a", "bind", "/x", "bind", option)];
        if (uids == null)
        {
            Assert.StartsWith("mounts[0].options", Assert.Single(Problems(config)), StringComparison.Ordinal);
            return;
        }
        Assert.Equal((uids, gids), (Of(config).Mounts[0].IdMapping!.Uids, Of(config).Mounts[0].IdMapping!.Gids));
        Assert.Equal(option[0] == 'r', Of(config).Mounts[0].Options.IsTreeIdMapped);
    }

    [Theory]
    [InlineData("ext4", true)]
    [InlineData("overlay", false)]
    [InlineData("tmpfs", false)]
    public void Device_rules_wait_for_file_systems_of_devices(string type, bool opens)
    {
        Config config = Default();
        config.Mounts = [.. config.Mounts, Mount("/disk", type, "/dev/vdb")];
        Assert.Equal(opens, Of(config).OpensDevices);
    }

    [Fact]
    public void A_path_named_twice_is_restricted_once()
    {
        Config config = Default();
        config.Linux!.MaskedPaths = ["/proc/kcore", "/proc//kcore/", "/proc/./kcore"];
        Assert.Single(Of(config).MaskedPaths);
    }

    [Fact]
    public void A_read_only_path_that_is_the_root_makes_the_root_read_only()
    {
        Config config = Default();
        config.Root!.Readonly = false;
        config.Linux!.ReadonlyPaths = ["/"];
        Assert.True(Of(config).Readonly);
    }

    [Fact]
    public void A_dev_of_the_host_is_left_as_it_is()
    {
        Config config = Default();
        config.Mounts = [Mount("/dev", "bind", "/dev", "rbind")];
        Assert.False(Of(config).SetUpDev);
    }

    [Theory]
    [InlineData("network", "net.ipv4.ip_forward")]
    [InlineData("ipc", "kernel.shmmax")]
    [InlineData("ipc", "fs.mqueue.msg_max")]
    [InlineData("uts", "kernel.domainname")]
    public void Settings_without_their_namespace_are_refused(string type, string sysctl)
    {
        Config config = Default();
        config.Linux!.Sysctl = new() { [sysctl] = "1" };
        Assert.Empty(Problems(config));
        config.Linux.Namespaces = [.. config.Linux.Namespaces.Where(ns => ns.Type != type)];
        Assert.NotEmpty(Problems(config));
    }

    [Fact]
    public void Parameters_of_the_network_are_refused_in_the_hosts_network_joined_by_path()
    {
        Config config = Default();
        config.Linux!.Sysctl = new() { ["net.ipv4.ip_forward"] = "1" };
        var problems = new List<string>();
        RootfsPlanner.PlanRootfs(config, [], Bundle, new RootfsFacts(JoinsHostNetwork: true), problems);
        Assert.Single(problems);
    }

    [Fact]
    public void A_file_system_is_configured_with_its_source_its_options_and_its_flags() => Assert.Equal(
        new MountParameter[] { new("source", "shm"), new("size", "1m"), new("ro", null), new("sync", null) },
        Step(Mount("/data", "ext4", "shm", "size=1m", "ro", "nosuid", "sync")).Parameters);

    [Fact]
    public void Late_read_only_mounts_are_made_writable() =>
        Assert.DoesNotContain(Step(Mount("/data", "tmpfs", "shm", "ro")).Parameters, parameter => parameter.Key == "ro");

    [Theory]
    [InlineData("tmpfs", "size=1m", true)]
    [InlineData("tmpfs", "mode=755", false)]
    [InlineData("ext4", "size=1m", false)]
    public void A_tmpfs_without_a_mode_has_that_of_its_directory(string type, string option, bool copies) =>
        Assert.Equal(copies, Step(Mount("/data", type, "", option)).CopiesMode);

    [Theory]
    [InlineData("overlay", "lowerdir=/a", false)]
    [InlineData("overlay", "lowerdir=/a,/b", false)]
    [InlineData("overlay", "lowerdir=/a\\,b", true)]
    [InlineData("tmpfs", "mpol=bind:0,1", false)]
    [InlineData("ext4", "context=\"a:b:c,d\"", false)]
    [InlineData("ext4", "iversion", true)]
    [InlineData("ext4", "silent", true)]
    public void Options_that_fsconfig_lacks_are_mounted_by_mount(string type, string option, bool legacy) =>
        Assert.Equal(legacy, Step(Mount("/data", type, "source", option)).NeedsLegacy);

    [Theory]
    [InlineData(255, false)]
    [InlineData(256, true)]
    public void Options_too_long_for_fsconfig_are_mounted_by_mount(int length, bool legacy) =>
        Assert.Equal(legacy, Step(Mount("/data", "overlay", "source", "lowerdir=" + new string('a', length))).NeedsLegacy);

    [Fact]
    public void The_directories_of_v1_hierarchies_are_in_a_tmpfs()
    {
        MountStep step = Step(Mount("/sys/fs/cgroup", "cgroup", "cgroup", "ro", "nsdelegate"));
        Assert.Equal("tmpfs", step.Shelf!.Type);
        Assert.Equal(new MountParameter[] { new("source", "tmpfs"), new("mode", "755") }, step.Shelf.Parameters);
    }

    [Fact]
    public void Each_step_knows_its_place()
    {
        Config config = Default();
        Assert.Equal(Enumerable.Range(0, config.Mounts.Length), Of(config).Mounts.Select(step => step.Index));
    }

    [Theory]
    [InlineData("net.ipv4.ip_forward", "net/ipv4/ip_forward")]
    [InlineData("net/ipv4/ip_forward", "net/ipv4/ip_forward")]
    [InlineData("net.ipv4.conf.eth0/1.forwarding", "net/ipv4/conf/eth0.1/forwarding")]
    [InlineData("net/ipv4/conf/eth0.1/forwarding", "net/ipv4/conf/eth0.1/forwarding")]
    [InlineData("net..x", null)]
    [InlineData("net/../x", null)]
    [InlineData("/net/x", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    public void The_first_separator_of_a_parameter_separates(string name, string? file) => Assert.Equal(file, RootfsPlanner.SysctlFile(name));

    [Theory]
    [InlineData("/a/b", "/a/b")]
    [InlineData("a/b/", "/a/b")]
    [InlineData("//a///b/.", "/a/b")]
    [InlineData("/a/../../b", "/a/../../b", "/b")]
    [InlineData("a/b/..//../c", "/a/b/../../c", "/c")]
    [InlineData("/../../a/..", "/a/..", "/")]
    [InlineData("/.a/..b", "/.a/..b")]
    [InlineData("", "/")]
    [InlineData("/..", "/")]
    public void A_path_keeps_the_way_back_behind_a_name(string path, string clean, string? lexical = null)
    {
        Assert.Equal(clean, ContainerPath.Clean(path));
        Assert.Equal(lexical ?? clean, ContainerPath.Lexical(path));
        Assert.Equal(lexical != null, ContainerPath.HasParents(clean));
    }

    private static Config Default() => Config.Read(DefaultSpec.Write(rootless: false, cgroupV2: false, 0, 0));

    private static LinuxIDMapping Ids(uint container, uint host, uint size) => new() { ContainerID = container, HostID = host, Size = size };

    private static Mount Mount(string destination, string type, string source, params string[] options) =>
        new() { Destination = destination, Type = type, Source = source, Options = options };

    private static MountStep Step(Mount mount)
    {
        Config config = Default();
        config.Mounts = [mount];
        return Of(config).Mounts[0];
    }

    private static RootfsPlan Of(Config config)
    {
        var problems = new List<string>();
        RootfsPlan plan = RootfsPlanner.PlanRootfs(config, [], Bundle, new RootfsFacts(), problems);
        Assert.Empty(problems);
        return plan;
    }

    private static string Plan(Config config)
    {
        var text = new StringBuilder();
        Of(config).Describe(text);
        return text.ToString();
    }

    private static List<string> Problems(Config config)
    {
        var problems = new List<string>();
        RootfsPlanner.PlanRootfs(config, [], Bundle, new RootfsFacts(), problems);
        return problems;
    }
}
