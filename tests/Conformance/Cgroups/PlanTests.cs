// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Conformance.Cgroups;

/// <summary>config-linux.md, "Control groups": the plans for settings of the config.</summary>
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

    // Rarely used settings: each field of config-linux.md that the two configs above do not have.
    private static LinuxResources Rest => new()
    {
        BlockIO = new()
        {
            Weight = 500,
            WeightDevice = [new() { Major = 8, Minor = 16, Weight = 100 }],
            ThrottleReadBpsDevice = [new() { Major = 8, Minor = 0, Rate = 600 }, new() { Major = 8, Minor = 16, Rate = 0 }],
            ThrottleWriteBpsDevice = [new() { Major = 8, Minor = 0, Rate = 700 }],
            ThrottleReadIOPSDevice = [new() { Major = 8, Minor = 0, Rate = 80 }],
            ThrottleWriteIOPSDevice = [new() { Major = 8, Minor = 0, Rate = 90 }],
        },
        HugepageLimits = [new() { PageSize = "2MB", Limit = 209715200 }, new() { PageSize = "64KB", Limit = 0 }],
        Rdma = new() { ["mlx5_1"] = new() { HcaHandles = 3, HcaObjects = 10000 }, ["mlx4_0"] = new() { HcaObjects = 1000 } },
    };

    [Fact]
    public void Fields_of_other_controllers_on_v1()
    {
        LinuxResources resources = Rest;
        resources.BlockIO!.LeafWeight = 200;
        resources.BlockIO.WeightDevice = [.. resources.BlockIO.WeightDevice, new() { Major = 8, Minor = 0, LeafWeight = 300 }];
        resources.Network = new() { ClassID = 1048577, Priorities = [new() { Name = "eth0", Priority = 500 }, new() { Name = "eth1", Priority = 1000 }] };
        resources.Memory = new() { KernelTCP = 4096, Kernel = -1, UseHierarchy = true, CheckBeforeUpdate = true, Limit = 1 << 30 };
        resources.CPU = new() { Idle = 0 };
        Snapshot.Verify(Writes(Plan(resources, Hosts.Everything)));
    }

    [Fact]
    public void Fields_of_other_controllers_on_v2()
    {
        LinuxResources resources = Rest;
        resources.Memory = new() { CheckBeforeUpdate = true, Limit = 1 << 30, Swap = 2L << 30, Kernel = -1, KernelTCP = 0, UseHierarchy = true, DisableOOMKiller = false };
        resources.CPU = new() { Idle = 0 };
        resources.Network = new() { ClassID = 0 };
        Snapshot.Verify(Writes(Plan(resources, Hosts.Unified)));
    }

    [Fact]
    [Requirement("config-linux/unified-unknown")]
    public void Unified_is_written_last_and_line_by_line()
    {
        var resources = new LinuxResources
        {
            Memory = new() { Limit = 1 << 20 },
            CPU = new() { Shares = 512 },
            Unified = new()
            {
                ["io.max"] = "8:0 rbps=2097152\n8:16 rbps=max\n",
                ["memory.max"] = "1073741824", // written late although it is large, so that it is the last
                ["memory.high"] = "4M",
                ["memory.low"] = "4M",
                ["cpu.weight"] = "7",
                ["cpuset.cpus"] = "",
                ["pids.max"] = "10",
                ["cgroup.max.depth"] = "3",
            },
        };
        Snapshot.Verify(Writes(Plan(resources, Hosts.Unified)));
    }

    [Fact]
    public void An_update_on_v1() => Snapshot.Verify(Update(Updated, new() { IsUnified = false, Controllers = ["memory", "cpu", "cpuset", "pids", "blkio"] }));

    [Fact]
    public void An_update_on_v2() => Snapshot.Verify(Update(Updated, V2(1 << 30, "50000")));

    [Theory]
    [InlineData(200000UL, null, "50000 200000")] // keeps the current quota
    [InlineData(null, 7000L, "7000")] // and the kernel keeps the period
    [InlineData(null, -1L, "max")]
    [InlineData(200000UL, 7000L, "7000 200000")]
    public void An_update_of_a_quota_or_a_period_leaves_the_other(ulong? period, long? quota, string value) =>
        Assert.Equal($"Late: cpu.max = {value} (linux.resources.cpu.{(quota == null ? "period" : "quota")})\n", Update(new() { CPU = new() { Period = period, Quota = quota } }, V2(-1, "50000")));

    [Fact]
    public void An_update_depends_on_the_current_limits()
    {
        Assert.Equal("linux.resources.memory.swap: counts memory and swap together, so it must be at least the limit of memory that is set (2000), got 1000",
            Assert.Throws<RuncsException>(() => Update(new() { Memory = new() { Swap = 1000 } }, V2(2000, "max"))).Message);
        Assert.Equal("linux.resources.pids.limit: the container's cgroup has not been given the controller \"pids\"",
            Assert.Throws<RuncsException>(() => Update(new() { Pids = new() { Limit = 5 } }, V2(-1, "max"))).Message);
        Assert.Equal("", Update(new(), V2(-1, "max")));
    }

    private static LinuxResources Updated => new()
    {
        Memory = new() { Limit = 1 << 20, Swap = 2 << 20, CheckBeforeUpdate = true },
        CPU = new() { Shares = 2048, Period = 200000, Burst = 10, Cpus = "1" },
        BlockIO = new() { Weight = 20 },
        Devices = [new() { Type = "c", Major = 1, Minor = 3, Access = "r" }], // unchanged, as by runc
    };

    private static CgroupLimits V2(long memory, string quota) =>
        new() { IsUnified = true, Controllers = ["memory", "cpu", "cpuset", "io"], Memory = memory, CpuQuota = quota };

    private static string Update(LinuxResources resources, CgroupLimits now)
    {
        CgroupUpdate update = CgroupPlanner.PlanUpdate(resources, now);
        return string.Concat(update.Checks.Select(check => check + "\n").Concat(update.Writes.Select(write => write + "\n")));
    }

    private static string Writes(CgroupPlan plan) =>
        string.Concat(plan.Checks.Select(check => check + "\n").Concat(plan.Writes.Where(write => write.Controller != "devices").Select(write => write + "\n")));

    [Fact]
    public void Small_memory_limits_wait()
    {
        var resources = new LinuxResources { Memory = new() { Limit = 128 << 10, Swap = 256 << 10 } };
        CgroupPlan v1 = Plan(resources, Hosts.Hybrid), v2 = Plan(resources, Hosts.Unified);
        Assert.True(v1.LateMemory);
        Assert.Equal("memory:/sys/fs/cgroup/memory:/user.slice", v1.OwnMemory!.ToString());
        Assert.Equal(["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"], In(CgroupPhase.SteppedOut, v1));
        Assert.True(v2.LateMemory);
        Assert.Equal(["memory.swap.max", "memory.max"], In(CgroupPhase.SteppedOut, v2));
        Assert.True(v2.HasLateWrites);
        Assert.Equal("unified:/sys/fs/cgroup:/user.slice/user-0.slice/session-1.scope", v2.OwnMemory!.ToString());
        v2 = Plan(new() { Memory = new() { Limit = 1 << 20 } }, Hosts.Unified);
        Assert.Null(v2.OwnMemory);
        Assert.Equal(["memory.max"], In(CgroupPhase.Late, v2));
        Assert.False(Plan(Everything, Hosts.Hybrid).LateMemory);
    }

    // A file of `unified` is the last word on it, so it is not written before the field of the same limit.
    [Theory]
    [InlineData(null, "131072", CgroupPhase.SteppedOut)]
    [InlineData(null, "2097152", CgroupPhase.Late)]
    [InlineData(null, "33554432", CgroupPhase.Early)]
    [InlineData(128L << 10, "33554432", CgroupPhase.SteppedOut)]
    [InlineData(2L << 20, "33554432", CgroupPhase.Late)]
    [InlineData(2L << 20, "131072", CgroupPhase.SteppedOut)]
    public void A_memory_limit_of_unified_waits_as_long(long? limit, string unified, CgroupPhase phase)
    {
        CgroupPlan plan = Plan(new() { Memory = limit == null ? null : new() { Limit = limit }, Unified = new() { ["memory.max"] = unified } }, Hosts.Unified);
        CgroupWrite last = plan.Writes.Last(write => write.File == "memory.max");
        Assert.Equal((unified, phase), (last.Value, last.Phase));
        Assert.Equal(phase == CgroupPhase.SteppedOut, plan.OwnMemory != null);
    }

    [Fact]
    public void Empty_settings_of_Docker_set_no_limit()
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
        // A cgroup with processes, as ours is, cannot enable controllers for its children, so the container's is a
        // sibling.
        Assert.Equal(inUnified, Plan(null, Hosts.Unified, cgroupsPath).Places[0].Path);
    }

    [Fact]
    public void Mount_sources_name_each_hierarchy() =>
        Snapshot.Verify(string.Join('\n', Plan(null, Hosts.Hybrid, "/x").MountSources) + "\n" + Plan(null, Hosts.Unified, "/x").MountSources[0] + "\n");

    [Fact]
    public void Without_cgroups_nothing_is_made_and_mounts_show_the_callers()
    {
        foreach (CgroupFacts facts in (CgroupFacts[])[Hosts.Hybrid, Hosts.Unified])
        {
            List<string> problems = [];
            CgroupPlan plan = CgroupPlanner.PlanNone(new() { Pids = new() { Limit = 5 } }, facts, hasOwnPids: true, problems);
            Assert.Empty(problems);
            Assert.Empty(plan.Places);
            Assert.Empty(plan.Writes);
            Assert.Empty(plan.Paths);
            Assert.Equal(["linux.resources.pids.limit: has no effect without cgroups (--cgroup-manager disabled)"], plan.Warnings);
            Assert.Equal(facts.Hierarchies.Select(hierarchy => hierarchy.MountPoint + hierarchy.OwnPath), plan.MountSources.Select(mount => mount.HostPath));
            using NewCgroup cgroup = NewCgroup.Open(plan);
            cgroup.CheckUnused();
            Assert.Equal(-1, cgroup.CreateForClone());
            cgroup.Create();
            Assert.False(cgroup.LacksSome);
        }
        List<string> wrong = [];
        CgroupPlanner.PlanNone(new() { Memory = new() { Limit = -5 } }, Hosts.Unified, hasOwnPids: true, wrong);
        Assert.StartsWith("linux.resources.memory.limit: ", Assert.Single(wrong), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("config-linux/ownership-not-v1")]
    public void Only_v2_cgroups_are_delegated()
    {
        Assert.Null(CgroupPlanner.PlanCgroups(null, null, "id", Hosts.Hybrid, owner: 1000).Owner);
        Assert.Equal(1000u, CgroupPlanner.PlanCgroups(null, null, "id", Hosts.Unified, owner: 1000).Owner);
    }

    [Theory]
    [Requirement("config-linux/pids-zero")]
    [InlineData(-1, "max")]
    [InlineData(-7, "max")]
    [InlineData(0, "0")]
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
        CgroupPlan plan = Plan(new() { Memory = new() { Kernel = 1000 } }, Hosts.Hybrid);
        Assert.Single(plan.Warnings);
        Assert.Empty(Plan(new() { Memory = new() { Kernel = -1, KernelTCP = 0 } }, Hosts.Hybrid).Warnings);
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
        { "v1 unified", new() { Unified = new() { ["memory.high"] = "1" } } },
        { "v1 negative limit", new() { Memory = new() { Limit = -7 } } },
        { "v1 swap below limit", new() { Memory = new() { Limit = 2000, Swap = 1000 } } },
        { "v1 swap alone", new() { Memory = new() { Swap = 1000 } } },
        { "v1 swappiness", new() { Memory = new() { Swappiness = 101 } } },
        { "v1 shares too few", new() { CPU = new() { Shares = 1 } } },
        { "v1 shares too many", new() { CPU = new() { Shares = 262145 } } },
        { "v1 idle", new() { CPU = new() { Idle = 2 } } },
        { "v1 burst above quota", new() { CPU = new() { Quota = 1000, Burst = 1001 } } },
        { "v1 page size", new() { HugepageLimits = [new() { PageSize = "../2MB" }, new() { PageSize = "2M" }, new() { PageSize = "" }] } },
        { "v1 neither weight", new() { BlockIO = new() { WeightDevice = [new() { Major = 8 }] } } },
        { "v1 no device", new() { BlockIO = new() { ThrottleReadBpsDevice = [new() { Major = -1, Rate = 1 }] } } },
        { "v1 neither rdma limit", new() { Rdma = new() { ["mlx5_1"] = new() } } },
        { "v1 rdma device", new() { Rdma = new() { ["a b"] = new() { HcaHandles = 1 } } } },
        { "v1 interface", new() { Network = new() { Priorities = [new() { Name = "eth0 1\nlo" }] } } },
        { "v1 device type", new() { Devices = [new() { Type = "x" }] } },
        { "v1 device access", new() { Devices = [new() { Type = "c", Access = "rx" }] } },
        { "v1 device number", new() { Devices = [new() { Type = "c", Major = -2 }] } },
        { "v1 many at once", new() { Devices = [new() { Type = "x", Major = -2 }], CPU = new() { Shares = 1 }, Memory = new() { Limit = -7, Swappiness = 101 } } },
        { "v2 swappiness", new() { Memory = new() { Swappiness = 10 } } },
        { "v2 oom killer", new() { Memory = new() { DisableOOMKiller = true } } },
        { "v2 hierarchy", new() { Memory = new() { UseHierarchy = false } } },
        { "v2 kernel memory", new() { Memory = new() { Kernel = 1000, KernelTCP = 1000 } } },
        { "v2 realtime", new() { CPU = new() { RealtimeRuntime = 1, RealtimePeriod = 1 } } },
        { "v2 swap alone", new() { Memory = new() { Swap = 1000 } } },
        { "v2 leaf weight", new() { BlockIO = new() { LeafWeight = 10, WeightDevice = [new() { Major = 8, LeafWeight = 10 }] } } },
        { "v2 network", new() { Network = new() { ClassID = 1, Priorities = [new() { Name = "eth0" }] } } },
        { "v2 unified path", new() { Unified = new() { ["../memory.max"] = "1" } } },
        { "v2 unified file", new() { Unified = new() { ["memory"] = "1", [".max"] = "1", ["memory."] = "1" } } },
        { "v2 unified controller", new() { Unified = new() { ["perf.max"] = "1\n2" } } },
    };

    [Fact]
    [Requirement("config-linux/conversion-impossible", "config-linux/cpu-quota-burst", "config-linux/cpu-burst-quota", "config-linux/blockio-weight-device-one", "config-linux/hugepage-size", "config-linux/network-name", "config-linux/rdma-one", "config-linux/unified-missing-controller")]
    public void Invalid_limits_are_refused_by_their_path()
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
        // Without a controller there is no limit anyway.
        Assert.Empty(Plan(new() { Pids = new() { Limit = -1 } }, v2).Writes);
    }

    [Fact]
    public void Missing_controllers_and_config_errors_are_reported_together()
    {
        List<string> problems = [];
        CgroupPlanner.PlanCgroups(new() { Memory = new() { Limit = -5 } }, "nothing", "id", CgroupFacts.ParseMounts("0::/\n", ""), problems,
            systemd: new Runcs.Cgroups.Systemd.SystemdRequest(IsRunning: false, new Dictionary<string, string>()));
        Assert.Equal(["systemd not running on this host, cannot use systemd cgroups manager", "no cgroup hierarchy is mounted: mount cgroup2 on /sys/fs/cgroup"], problems.Take(2));
        Assert.True(problems.Count > 2);
    }

    [Fact]
    [Requirement("config-linux/cgroupspath-invalid")]
    public void Further_invalid_limits_are_refused()
    {
        Assert.Equal("linux.cgroupsPath: \"/..\" names the root of the hierarchy, which cannot be a container's cgroup", Assert.Throws<RuncsException>(() => Plan(null, Hosts.Hybrid, "/..")).Message);
        CgroupFacts none = CgroupFacts.ParseMounts("0::/\n", "");
        Assert.Equal("no cgroup hierarchy is mounted: mount cgroup2 on /sys/fs/cgroup", Assert.Throws<RuncsException>(() => Plan(null, none)).Message);
    }

    private static string Refusal(LinuxResources resources, CgroupFacts facts) => Assert.Throws<RuncsException>(() => Plan(resources, facts)).Message;

    private static CgroupPlan Plan(LinuxResources? resources, CgroupFacts facts, string? cgroupsPath = null) =>
        CgroupPlanner.PlanCgroups(resources, cgroupsPath, "id", facts);

    private static IEnumerable<string> In(CgroupPhase phase, CgroupPlan plan) => plan.Writes.Where(write => write.Phase == phase).Select(write => write.File);
}
