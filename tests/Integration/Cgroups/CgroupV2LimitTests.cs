// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Runcs.Cgroups;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Integration;

/// <summary>Cgroup v2 with all its controllers: every written file is read back.</summary>
public class CgroupV2LimitTests
{
    public CgroupV2LimitTests()
    {
        Requires.Root();
        Requires.CgroupV2Controllers("memory", "cpu", "cpuset", "io", "pids", "hugetlb");
    }

    [Fact]
    [Requirement("config-linux/unified-controllers")]
    public void Limits_are_in_the_kernels_files()
    {
        string disk = Disk();
        long major = long.Parse(disk.Split(':')[0]), minor = long.Parse(disk.Split(':')[1]);
        LinuxThrottleDevice[] Throttle(ulong rate) => [new() { Major = major, Minor = minor, Rate = rate }];
        var resources = new LinuxResources
        {
            Memory = new() { Limit = 64 << 20, Reservation = 32 << 20, Swap = 96 << 20, CheckBeforeUpdate = true },
            CPU = new() { Shares = 512, Quota = 50000, Period = 200000, Burst = 10000, Cpus = "0", Mems = "0" },
            Pids = new() { Limit = 20 },
            BlockIO = new() { ThrottleReadBpsDevice = Throttle(1048576), ThrottleWriteBpsDevice = Throttle(2097152), ThrottleReadIOPSDevice = Throttle(300), ThrottleWriteIOPSDevice = Throttle(400) },
            HugepageLimits = [new() { PageSize = "2MB", Limit = 4194304 }],
            Unified = new() { ["memory.high"] = "50331648", ["memory.oom.group"] = "1\n", ["io.max"] = $"{disk} wiops=500\n", ["pids.max"] = "21", ["cgroup.max.depth"] = "7" },
        };
        using CgroupUnderTest test = new CgroupUnderTest(resources).Create();
        test.New.ApplyEarly();
        test.New.ApplyLate();
        string[] files =
        [
            "memory.max", "memory.low", "memory.high", "memory.oom.group", "cpu.weight", "cpu.max", "cpu.max.burst", "cpuset.cpus", "cpuset.mems", "pids.max",
            "hugetlb.2MB.max", "hugetlb.2MB.rsvd.max", "io.max", "cgroup.max.depth",
        ];
        Assert.Equal(["67108864", "33554432", "50331648", "1", "59", "50000 200000", "10000", "0", "0", "21", "4194304", "4194304", $"{disk} rbps=1048576 wbps=2097152 riops=300 wiops=500", "7"],
            files.Select(file => test.Read("", file)));
        if (File.Exists(test.Directory("") + "/memory.swap.max")) Assert.Equal("33554432", test.Read("", "memory.swap.max"));
    }

    [Fact]
    public void An_update_changes_what_it_names_and_nothing_else()
    {
        using CgroupUnderTest test = new CgroupUnderTest(new() { CPU = new() { Quota = 50000, Period = 100000, Burst = 40000 }, Memory = new() { Limit = 64 << 20 } }).Create();
        test.New.ApplyEarly();
        test.New.ApplyLate();
        test.Update(new() { CPU = new() { Period = 200000 } });
        Assert.Equal("50000 200000", test.Read("", "cpu.max"));
        test.Update(new() { CPU = new() { Quota = 30000, Burst = 20000 } }); // a burst above the quota is refused
        Assert.Equal(("30000 200000", "20000"), (test.Read("", "cpu.max"), test.Read("", "cpu.max.burst")));
        test.Update(new() { CPU = new() { Quota = 90000, Burst = 90000 } });
        Assert.Equal(("90000 200000", "90000"), (test.Read("", "cpu.max"), test.Read("", "cpu.max.burst")));
        test.Update(new() { CPU = new() { Idle = 1 } });
        Assert.Equal("1", test.Read("", "cpu.idle"));
        if (File.Exists(test.Directory("") + "/memory.swap.max"))
        {
            test.Update(new() { Memory = new() { Swap = 80 << 20 } });
            Assert.Equal(("67108864", "16777216"), (test.Read("", "memory.max"), test.Read("", "memory.swap.max")));
        }
        test.Update(new() { Memory = new() { Limit = -1 }, Pids = new() { Limit = 0 } });
        Assert.Equal(("max", "0"), (test.Read("", "memory.max"), test.Read("", "pids.max")));
        Assert.StartsWith("linux.resources.cpu.cpus: \"4000\": write(2) on \"cpuset.cpus\": ",
            Assert.Throws<RuncsException>(() => test.Update(new() { Memory = new() { Limit = 1 << 30 }, CPU = new() { Shares = 20, Cpus = "4000" } })).Message, StringComparison.Ordinal);
        Assert.Equal("max", test.Read("", "memory.max"));
    }

    [Fact]
    [Requirement("config-linux/memory-check-before-update")]
    public void A_limit_below_what_is_in_use_is_refused_if_it_is_to_be()
    {
        using CgroupUnderTest test = new CgroupUnderTest(new() { Memory = new() { Limit = 512 << 20 } }).Create();
        test.New.ApplyEarly();
        test.Start("dd if=/dev/zero bs=40M count=1 2> /dev/null | sleep 100");
        Eventually.True(() => long.Parse(test.Read("", "memory.current")) > 32 << 20, "memory is in use");
        Assert.StartsWith("linux.resources.memory.limit: 1048576 is not above the current usage (",
            Assert.Throws<RuncsException>(() => test.Update(new() { Memory = new() { Limit = 1 << 20, CheckBeforeUpdate = true } })).Message, StringComparison.Ordinal);
        Assert.Equal("536870912", test.Read("", "memory.max"));
        Assert.Equal(0UL, test.Cgroup.OomKills());
        test.Update(new() { Memory = new() { Limit = 256 << 20, CheckBeforeUpdate = true } });
        Assert.Equal("268435456", test.Read("", "memory.max"));
    }

    [Fact]
    public void Weights_are_bfqs_own_or_converted()
    {
        var resources = new LinuxResources { BlockIO = new() { Weight = 500 } };
        using CgroupUnderTest test = new CgroupUnderTest(resources).Create();
        bool bfq = File.Exists(test.Directory("") + "/io.bfq.weight"), cost = File.Exists(test.Directory("") + "/io.weight");
        if (bfq || cost)
        {
            test.New.ApplyEarly();
            Assert.Equal(bfq ? "default 500" : "default 4950", test.Read("", bfq ? "io.bfq.weight" : "io.weight").Split('\n')[0]);
        }
        else
        {
            Assert.StartsWith("linux.resources.blockIO.weight: openat(2) on \"io.weight\": no such file or directory (ENOENT): the kernel has neither BFQ nor",
                Assert.Throws<RuncsException>(test.New.ApplyEarly).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Rdma_is_limited_by_device()
    {
        Requires.CgroupV2Controllers("rdma");
        using CgroupUnderTest test = new CgroupUnderTest(new() { Rdma = new() { ["mlx5_1"] = new() { HcaHandles = 3, HcaObjects = 10000 } } }).Create();
        // There is no such device, but the kernel searches for it only after parsing the line.
        Assert.Equal("linux.resources.rdma[\"mlx5_1\"]: \"mlx5_1 hca_handle=3 hca_object=10000\": write(2) on \"rdma.max\": no such device (ENODEV)",
            Assert.Throws<RuncsException>(test.New.ApplyEarly).Message);
    }

    [Fact]
    public void Limits_hold_in_the_container()
    {
        using var container = new Container();
        container.Bundle.Shell("exec sleep 100");
        container.Bundle.Linux["cgroupsPath"] = $"/{container.Id}/c";
        JsonNode resources = container.Bundle.Linux["resources"]!;
        resources["memory"] = new JsonObject { ["limit"] = 8 << 20 };
        resources["pids"] = new JsonObject { ["limit"] = 0 };
        resources["cpu"] = new JsonObject { ["shares"] = 1024, ["quota"] = 20000 };
        resources["unified"] = new JsonObject { ["memory.high"] = "7M" };
        container.Up();
        string directory = $"/sys/fs/cgroup/{container.Id}/c/";
        Assert.Equal(["8388608", "7340032", "0", "100", "20000 100000"],
            ((string[])["memory.max", "memory.high", "pids.max", "cpu.weight", "cpu.max"]).Select(file => File.ReadAllText(directory + file).TrimEnd('\n')));
        container.Delete("--force").Ok();
        Leftovers.Remove(container.Id); // the parent, which create leaves
    }

    // A whole disk: throttles require its device numbers.
    private static string Disk() =>
        Directory.GetDirectories("/sys/block").Order().Select(disk => File.ReadAllText(disk + "/dev").TrimEnd('\n')).First(number => !number.StartsWith("1:", StringComparison.Ordinal));
}
