// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Diagnostics;
using Runcs.OciSpec;

namespace Runcs.Conformance.Cgroups;

/// <summary>config-linux.md, "Control groups": what the config asks for and what comes of it.</summary>
public class PlanTests
{
    private static LinuxDeviceCgroup[] DenyAll => [new() { Allow = false, Access = "rwm" }];

    private static LinuxResources Everything => new()
    {
        Devices = [new() { Allow = false, Access = "rwm" }, new() { Allow = true, Type = "b", Major = 8, Minor = 0, Access = "r" }],
        Memory = new() { Limit = 64 << 20, Reservation = 32 << 20, Swap = 96 << 20 },
        CPU = new() { Shares = 512, Quota = 50000, Period = 100000, Burst = 1000, Cpus = "0-1", Mems = "0" },
        Pids = new() { Limit = 100 },
    };

    [Fact]
    public void Default_config_on_v1() => Snapshot.Verify(Plan(new() { Devices = DenyAll }, Hosts.Hybrid).ToString());

    [Fact]
    public void Default_config_on_v2() => Snapshot.Verify(Plan(new() { Devices = DenyAll }, Hosts.Unified).ToString());

    [Fact]
    public void Every_limit_on_v1()
    {
        LinuxResources resources = Everything;
        resources.Memory!.Swappiness = 10;
        resources.Memory.DisableOOMKiller = true;
        resources.CPU!.RealtimePeriod = 1000000;
        resources.CPU.RealtimeRuntime = 950000;
        Snapshot.Verify(Plan(resources, Hosts.Hybrid, "/pods/one").ToString());
    }

    [Fact]
    public void Every_limit_on_v2() => Snapshot.Verify(Plan(Everything, Hosts.Unified, "/pods/one").ToString());

    [Fact]
    public void Small_memory_limits_wait()
    {
        var resources = new LinuxResources { Memory = new() { Limit = 128 << 10, Swap = 256 << 10 } };
        CgroupPlan v1 = Plan(resources, Hosts.Hybrid), v2 = Plan(resources, Hosts.Unified);
        Assert.True(v1.LateMemory);
        Assert.Equal("memory:/sys/fs/cgroup/memory:/user.slice", v1.OwnMemory!.ToString());
        Assert.Equal(["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"], In(CgroupPhase.SteppedOut, v1));
        Assert.True(v2.LateMemory);
        Assert.Equal(["memory.swap.max", "memory.max"], In(CgroupPhase.Late, v2));
        Assert.False(Plan(Everything, Hosts.Hybrid).LateMemory);
    }

    [Fact]
    public void Docker_writes_much_that_asks_for_nothing()
    {
        var resources = new LinuxResources
        {
            Devices = DenyAll,
            Memory = new(),
            CPU = new() { Shares = 0 },
            BlockIO = new() { Weight = 0 },
            Pids = null,
            Network = new() { ClassID = 0 },
        };
        Assert.Equal(Plan(new() { Devices = DenyAll }, Hosts.Hybrid).ToString(), Plan(resources, Hosts.Hybrid).ToString());
        Assert.Equal(Plan(new() { Devices = DenyAll }, Hosts.Unified).ToString(), Plan(resources, Hosts.Unified).ToString());
    }

    [Theory]
    [Requirement("config-linux/cgroupspath-consistent")]
    [InlineData("/a/b", "/a/b", "/a/b")]
    [InlineData("a/b", "/user.slice/a/b", "/user.slice/user-0.slice/a/b")]
    [InlineData("", "/user.slice/id", "/user.slice/user-0.slice/id")]
    [InlineData("/../../a", "/a", "/a")]
    [InlineData("../../../a", "/user.slice/a", "/user.slice/user-0.slice/a")]
    [InlineData("system.slice:runc:x", "/user.slice/system.slice:runc:x", "/user.slice/user-0.slice/system.slice:runc:x")]
    public void Paths_are_absolute_or_below_our_own(string cgroupsPath, string inMemory, string inUnified)
    {
        Assert.Equal(inMemory, Plan(null, Hosts.Hybrid, cgroupsPath).Places.Single(place => place.Has("memory")).Path);
        // A cgroup with processes, as ours is, has no controllers for those below it: so beside ours.
        Assert.Equal(inUnified, Plan(null, Hosts.Unified, cgroupsPath).Places[0].Path);
    }

    [Fact]
    public void Mount_sources_name_each_hierarchy() =>
        Snapshot.Verify(string.Join('\n', Plan(null, Hosts.Hybrid, "/x").MountSources) + "\n" + Plan(null, Hosts.Unified, "/x").MountSources[0] + "\n");

    [Theory]
    [Requirement("config-linux/pids-zero")]
    [InlineData(-1, "max")]
    [InlineData(-7, "max")]
    [InlineData(0, "1")]
    [InlineData(7, "7")]
    public void Pids(long limit, string value)
    {
        CgroupWrite write = Plan(new() { Pids = new() { Limit = limit } }, Hosts.Unified).Writes.Single();
        Assert.Equal(("pids.max", value, CgroupPhase.Late), (write.File, write.Value, write.Phase));
    }

    [Fact]
    [Requirement("config-linux/memory-kernel")]
    public void Kernel_memory_is_ignored_with_a_warning()
    {
        CgroupPlan plan = Plan(new() { Memory = new() { Kernel = 1000, KernelTCP = 1000 } }, Hosts.Hybrid);
        Assert.Equal(2, plan.Warnings.Count);
        Assert.DoesNotContain(plan.Writes, write => write.Controller == "memory");
    }

    [Fact]
    public void Idle_cgroups_have_no_weight()
    {
        var resources = new LinuxResources { CPU = new() { Idle = 1, Shares = 512 } };
        Assert.Equal(["cpu.idle"], Plan(resources, Hosts.Unified).Writes.Select(write => write.File));
        Assert.DoesNotContain(Plan(resources, Hosts.Hybrid).Writes, write => write.File == "cpu.shares");
    }

    [Theory]
    [InlineData(50000L, null, "50000 100000")]
    [InlineData(50000L, 200000UL, "50000 200000")]
    [InlineData(-1L, null, "max 100000")]
    [InlineData(null, 200000UL, "max 200000")]
    public void Quota_and_period_share_a_file_on_v2(long? quota, ulong? period, string value) =>
        Assert.Equal(value, Plan(new() { CPU = new() { Quota = quota, Period = period } }, Hosts.Unified).Writes.Single().Value);

    public static TheoryData<string, LinuxResources> Refused => new()
    {
        { "v1 blockIO", new() { BlockIO = new() { Weight = 100 } } },
        { "v1 throttle", new() { BlockIO = new() { ThrottleReadBpsDevice = [new() { Major = 8, Rate = 1 }] } } },
        { "v1 hugepages", new() { HugepageLimits = [new() { PageSize = "2MB", Limit = 0 }] } },
        { "v1 network", new() { Network = new() { ClassID = 7 } } },
        { "v1 rdma", new() { Rdma = new() { ["mlx5"] = new() { HcaHandles = 1 } } } },
        { "v1 unified", new() { Unified = new() { ["memory.high"] = "1" } } },
        { "v1 negative limit", new() { Memory = new() { Limit = -7 } } },
        { "v1 swap below limit", new() { Memory = new() { Limit = 2000, Swap = 1000 } } },
        { "v1 swap alone", new() { Memory = new() { Swap = 1000 } } },
        { "v1 swappiness", new() { Memory = new() { Swappiness = 101 } } },
        { "v1 shares too few", new() { CPU = new() { Shares = 1 } } },
        { "v1 shares too many", new() { CPU = new() { Shares = 262145 } } },
        { "v1 device type", new() { Devices = [new() { Type = "x" }] } },
        { "v1 device access", new() { Devices = [new() { Type = "c", Access = "rx" }] } },
        { "v1 device number", new() { Devices = [new() { Type = "c", Major = -2 }] } },
        { "v2 swappiness", new() { Memory = new() { Swappiness = 10 } } },
        { "v2 oom killer", new() { Memory = new() { DisableOOMKiller = true } } },
        { "v2 hierarchy", new() { Memory = new() { UseHierarchy = false } } },
        { "v2 realtime", new() { CPU = new() { RealtimeRuntime = 1 } } },
        { "v2 swap alone", new() { Memory = new() { Swap = 1000 } } },
    };

    [Fact]
    [Requirement("config-linux/conversion-impossible")]
    public void What_cannot_be_is_refused_by_its_path()
    {
        var lines = Refused.Select(row => $"{row.Data.Item1}: {Refusal(row.Data.Item2, row.Data.Item1.StartsWith("v1", StringComparison.Ordinal) ? Hosts.Hybrid : Hosts.Unified)}");
        Snapshot.Verify(string.Join('\n', lines) + "\n");
    }

    [Fact]
    public void Limits_whose_controller_is_missing_are_refused()
    {
        CgroupFacts v1 = CgroupFacts.UsualV1("2:devices:/\n0::/\n", ["devices"])!, v2 = CgroupFacts.UsualUnified("0::/\n", "hugetlb\n")!;
        Assert.Equal("linux.resources.pids.limit: the host has no cgroup controller \"pids\"", Refusal(new() { Pids = new() { Limit = 5 } }, v1));
        Assert.Equal("linux.resources.memory.limit: the host has no cgroup controller \"memory\"", Refusal(new() { Memory = new() { Limit = 1 << 30 } }, v2));
        // No limit is what there is without a controller.
        Assert.Empty(Plan(new() { Pids = new() { Limit = -1 } }, v2).Writes);
    }

    [Fact]
    public void Other_refusals()
    {
        Assert.Equal("linux.cgroupsPath: \"/..\" names the root of the hierarchy, which is no container's", Assert.Throws<RuncsException>(() => Plan(null, Hosts.Hybrid, "/..")).Message);
        Assert.Equal("--systemd-cgroup: not supported yet", Assert.Throws<RuncsException>(() => CgroupPlanner.PlanCgroups(null, null, "id", Hosts.Hybrid, systemdCgroup: true)).Message);
        CgroupFacts none = CgroupFacts.ParseMounts("0::/\n", "");
        Assert.Equal("no cgroup hierarchy is mounted: mount cgroup2 on /sys/fs/cgroup", Assert.Throws<RuncsException>(() => Plan(null, none)).Message);
    }

    private static string Refusal(LinuxResources resources, CgroupFacts facts) => Assert.Throws<RuncsException>(() => Plan(resources, facts)).Message;

    private static CgroupPlan Plan(LinuxResources? resources, CgroupFacts facts, string? cgroupsPath = null) =>
        CgroupPlanner.PlanCgroups(resources, cgroupsPath, "id", facts);

    private static IEnumerable<string> In(CgroupPhase phase, CgroupPlan plan) => plan.Writes.Where(write => write.Phase == phase).Select(write => write.File);
}
