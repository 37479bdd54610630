// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Cgroups.Systemd;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Conformance.Cgroups.Systemd;

/// <summary>The unit of a container: its name and place (systemd.slice(5)), and its properties (systemd.resource-control(5)).</summary>
public class UnitTests
{
    [Theory]
    [InlineData(null, "runcs-id.scope", "system.slice", "/system.slice/runcs-id.scope")]
    [InlineData("", "runcs-id.scope", "system.slice", "/system.slice/runcs-id.scope")]
    [InlineData("system.slice:docker:4711", "docker-4711.scope", "system.slice", "/system.slice/docker-4711.scope")]
    [InlineData(":docker:4711", "docker-4711.scope", "system.slice", "/system.slice/docker-4711.scope")]
    [InlineData("machine.slice:libpod:1", "libpod-1.scope", "machine.slice", "/machine.slice/libpod-1.scope")]
    [InlineData("kubepods-burstable-pod7_1.slice:cri-containerd:9", "cri-containerd-9.scope", "kubepods-burstable-pod7_1.slice",
        "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod7_1.slice/cri-containerd-9.scope")]
    [InlineData("-.slice:a:b", "a-b.scope", "-.slice", "/a-b.scope")]
    [InlineData("a.slice:ignored:a-b.slice", "a-b.slice", "a.slice", "/a.slice/a-b.slice")]
    public void A_path_names_a_unit(string? cgroupsPath, string name, string slice, string path)
    {
        Assert.Equal("", UnitName.TryParse(cgroupsPath, "id", out UnitName? unit));
        Assert.Equal(new UnitName(name, slice, path), unit);
    }

    [Theory]
    [InlineData("/pods/one", "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"/pods/one\" instead")]
    [InlineData("a:b:c:d", "expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, got \"a:b:c:d\" instead")]
    [InlineData("system:b:c", "invalid slice name: system")]
    [InlineData(".slice:b:c", "invalid slice name: .slice")]
    [InlineData("a--b.slice:b:c", "invalid slice name: a--b.slice")]
    [InlineData("-a.slice:b:c", "invalid slice name: -a.slice")]
    [InlineData("a-.slice:b:c", "invalid slice name: a-.slice")]
    [InlineData("a/b.slice:b:c", "invalid slice name: a/b.slice")]
    [InlineData("a.slice:b:a-.slice", "invalid slice name: a-.slice")]
    [InlineData("a.slice:b:-.slice", "invalid slice name: -.slice")]
    [InlineData("a.slice:b:../../c", "\"b-../../c.scope\" is no name of a unit (systemd.unit(5))")]
    [InlineData("a b.slice:b:c", "\"a b.slice\" is no name of a unit (systemd.unit(5))")]
    public void An_invalid_path_is_refused(string cgroupsPath, string problem)
    {
        Assert.Equal("linux.cgroupsPath: " + problem, Assert.Throws<RuncsException>(() => Plan(null, Hosts.Unified, cgroupsPath)).Message);
        Assert.Equal("linux.cgroupsPath: " + problem, Assert.Throws<RuncsException>(() => Plan(null, Hosts.Hybrid, cgroupsPath)).Message);
    }

    [Fact]
    public void A_name_is_as_long_as_systemd_takes_it()
    {
        Assert.Equal("", UnitName.TryParse("a.slice:b:" + new string('c', 247), "id", out _));
        Assert.NotEqual("", UnitName.TryParse("a.slice:b:" + new string('c', 248), "id", out _));
    }

    [Fact]
    public void Without_systemd_on_the_host_there_is_no_unit() => Assert.Equal("systemd not running on this host, cannot use systemd cgroups manager",
        Assert.Throws<RuncsException>(() => CgroupPlanner.PlanCgroups(null, null, "id", Hosts.Unified, systemd: new(false, new Dictionary<string, string>()))).Message);

    internal static LinuxResources Everything => new()
    {
        Devices = [new() { Allow = false, Access = "rwm" }, new() { Allow = true, Type = "b", Major = 8, Minor = 0, Access = "r" }, new() { Allow = true, Type = "c", Minor = 5, Access = "r" }],
        Memory = new() { Limit = 64 << 20, Reservation = 32 << 20, Swap = 96 << 20 },
        CPU = new() { Shares = 512, Quota = 50000, Period = 200000, Cpus = "0-1,9", Mems = "0" },
        Pids = new() { Limit = 100 },
        BlockIO = new() { Weight = 500 },
    };

    [Fact]
    public void Every_limit_on_v1() => Snapshot.Verify(Plan(Everything, Hosts.Everything, "a-b.slice:docker:4711").ToString());

    [Fact]
    public void Every_limit_on_v2() => Snapshot.Verify(Plan(Everything, Hosts.Unified, "a-b.slice:docker:4711").ToString());

    [Fact]
    public void Unified_and_annotations_on_v2() => Snapshot.Verify(Plan(new()
    {
        CPU = new() { Idle = 1 },
        Memory = new() { Limit = 1 << 20 },
        Pids = new() { Limit = -1 },
        Unified = new()
        {
            ["cpu.max"] = "max 50000",
            ["cpu.weight"] = "7",
            ["io.weight"] = "default 200\n8:0 300",
            ["memory.high"] = "4M",
            ["memory.min"] = "4096",
            ["memory.oom.group"] = "1",
            ["cpuset.cpus"] = "",
            ["cpuset.mems"] = "zero",
        },
    }, Hosts.Unified, null, new()
    {
        ["org.systemd.property.TimeoutStopSec"] = "7",
        ["org.systemd.property.CollectMode"] = "'inactive-or-failed'",
        ["org.systemd.property.After"] = "['crio.service']",
        ["another"] = "['",
    }).ToString());

    // runc rounds a quota up to whole percents of a CPU; systemd does not store fractions.
    [Theory]
    [InlineData(50000L, 100000UL, "50000 100000", 500000UL)]
    [InlineData(12500L, 100000UL, "13000 100000", 130000UL)]
    [InlineData(1L, 1000000UL, "10000 1000000", 10000UL)]
    [InlineData(-1L, 50000UL, "max 50000", ulong.MaxValue)]
    public void A_quota_is_rounded_to_what_systemd_can_store(long quota, ulong period, string written, ulong perSecond)
    {
        CgroupPlan plan = Plan(new() { CPU = new() { Quota = quota, Period = period } }, Hosts.Unified, null);
        Assert.Equal(written, Assert.Single(plan.Writes).Value);
        Assert.Equal([$"CPUQuotaPeriodUSec={period} (systemd 242)", $"CPUQuotaPerSecUSec={perSecond}"], plan.Unit!.Late.Select(property => property.ToString()));
    }

    [Fact]
    public void An_update_also_sets_unit_properties()
    {
        CgroupLimits now = new() { IsUnified = true, Controllers = ["memory", "cpu", "pids"], Memory = 1 << 30, CpuQuota = "50000", CpuPeriod = 50000, Unit = "a.scope" };
        LinuxResources resources = new() { Memory = new() { Swap = 2L << 30 }, CPU = new() { Quota = 7000 }, Pids = new() { Limit = 0 } };
        CgroupUpdate update = CgroupPlanner.PlanUpdate(resources, now);
        Assert.Equal("MemorySwapMax=1073741824 CPUQuotaPerSecUSec=140000 TasksMax=1".Split(' ').Order(), update.Properties.Select(property => property.ToString()).Order());
        Assert.Contains(update.Writes, write => write is { File: "pids.max", Value: "0" });
        Assert.Empty(CgroupPlanner.PlanUpdate(resources, new() { IsUnified = true, Controllers = now.Controllers, Memory = 1 << 30 }).Properties);
    }

    [Fact]
    public void Device_rules_that_systemd_cannot_express_cause_a_warning()
    {
        CgroupPlan plan = Plan(new() { Devices = [new() { Allow = true, Access = "rwm" }, new() { Allow = false, Type = "c", Major = 10, Minor = 11, Access = "rwm" }] }, Hosts.Everything, null);
        Assert.Equal(["DeviceAllow=[]", "DevicePolicy=\"strict\""], plan.Unit!.Devices.Select(property => property.ToString()));
        Assert.Contains(plan.Warnings, warning => warning.StartsWith("linux.resources.devices: systemd cannot express which", StringComparison.Ordinal));
        plan = Plan(new() { Devices = [new() { Allow = true, Access = "rwm" }] }, Hosts.Everything, null);
        Assert.Equal(["DeviceAllow=[]", "DevicePolicy=\"auto\""], plan.Unit!.Devices.Select(property => property.ToString()));
        Assert.Empty(Plan(Everything, Hosts.Unified, null).Unit!.Devices);
    }

    [Theory]
    [InlineData("0", new byte[] { 1 })]
    [InlineData("0-3, 9,", new byte[] { 15, 2 })]
    [InlineData("16", new byte[] { 0, 0, 1 })]
    [InlineData("", null)]
    [InlineData("3-1", null)]
    [InlineData("1-", null)]
    [InlineData("4294967295", null)]
    public void A_list_of_CPUs_is_a_mask(string list, byte[]? mask) =>
        Assert.Equal(mask, CpuMask.TryParse(list)?.Items.Select(item => (byte)item.Number).ToArray());

    [Theory]
    [InlineData("252.39-1~deb12u1", 252)]
    [InlineData("v245.4-1.fc32", 245)]
    [InlineData("245", 245)]
    [InlineData("next", 0)]
    public void A_version_begins_with_its_number(string text, int version) => Assert.Equal(version, Units.VersionOf(text));

    private static CgroupPlan Plan(LinuxResources? resources, CgroupFacts facts, string? cgroupsPath, Dictionary<string, string>? annotations = null) =>
        CgroupPlanner.PlanCgroups(resources, cgroupsPath, "id", facts, systemd: new SystemdRequest(true, annotations ?? []));
}
