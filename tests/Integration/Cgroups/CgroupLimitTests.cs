// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Integration;

/// <summary>Limits of cgroup v1 on the real kernel: set, changed, refused and enforced.</summary>
public class CgroupLimitTests
{
    public CgroupLimitTests()
    {
        Requires.Root();
        Requires.CgroupV1();
    }

    [Fact]
    public void Limits_are_in_the_kernels_files()
    {
        var resources = new LinuxResources
        {
            Memory = new() { Limit = 64 << 20, Reservation = 32 << 20 },
            CPU = new() { Shares = 512, Quota = 50000, Period = 200000, Cpus = "0", Mems = "0" },
            Pids = new() { Limit = 20 },
        };
        using CgroupUnderTest test = new CgroupUnderTest(resources).Create();
        Assert.Equal("0", test.Read("cpuset", "cpuset.cpus"));
        test.New.ApplyEarly();
        Assert.Equal("67108864", test.Read("memory", "memory.limit_in_bytes"));
        Assert.Equal("33554432", test.Read("memory", "memory.soft_limit_in_bytes"));
        Assert.Equal("512", test.Read("cpu", "cpu.shares"));
        Assert.Equal("max", test.Read("pids", "pids.max"));
        test.New.ApplyLate();
        Assert.Equal("20", test.Read("pids", "pids.max"));
        Assert.Equal(("50000", "200000"), (test.Read("cpu", "cpu.cfs_quota_us"), test.Read("cpu", "cpu.cfs_period_us")));
    }

    [Fact]
    public void Weights_throttles_and_buffers_are_in_the_kernels_files()
    {
        Requires.Device("/dev/loop0");
        Requires.CgroupV1("memory/memory.memsw.limit_in_bytes", "memory/memory.kmem.tcp.limit_in_bytes", "blkio/blkio.throttle.read_bps_device", "cpu/cpu.cfs_burst_us", "cpu/cpu.idle");
        var resources = new LinuxResources
        {
            BlockIO = new()
            {
                Weight = 500,
                ThrottleReadBpsDevice = [new() { Major = 7, Minor = 0, Rate = 600 }],
                ThrottleWriteBpsDevice = [new() { Major = 7, Minor = 0, Rate = 700 }],
                ThrottleReadIOPSDevice = [new() { Major = 7, Minor = 0, Rate = 80 }],
                ThrottleWriteIOPSDevice = [new() { Major = 7, Minor = 0, Rate = 90 }],
            },
            Memory = new() { KernelTCP = 8192, Swappiness = 10, DisableOOMKiller = true, Limit = 64 << 20, Swap = 96 << 20 },
            CPU = new() { Quota = 50000, Burst = 20000, Idle = 1 },
        };
        using CgroupUnderTest test = new CgroupUnderTest(resources).Create();
        test.New.ApplyEarly();
        test.New.ApplyLate();
        Assert.Equal("500", test.Read("blkio", File.Exists(test.Directory("blkio") + "/blkio.weight") ? "blkio.weight" : "blkio.bfq.weight"));
        Assert.Equal(["7:0 600", "7:0 700", "7:0 80", "7:0 90"],
            ((string[])["read_bps", "write_bps", "read_iops", "write_iops"]).Select(file => test.Read("blkio", $"blkio.throttle.{file}_device")));
        Assert.Equal(["8192", "10", "67108864", "100663296"],
            ((string[])["kmem.tcp.limit_in_bytes", "swappiness", "limit_in_bytes", "memsw.limit_in_bytes"]).Select(file => test.Read("memory", "memory." + file)));
        Assert.StartsWith("oom_kill_disable 1\n", test.Read("memory", "memory.oom_control"), StringComparison.Ordinal);
        Assert.Equal(("20000", "1"), (test.Read("cpu", "cpu.cfs_burst_us"), test.Read("cpu", "cpu.idle")));
        // A rate of 0 removes the limit.
        test.Update(new() { BlockIO = new() { ThrottleReadBpsDevice = [new() { Major = 7, Minor = 0 }] } });
        Assert.Equal("", test.Read("blkio", "blkio.throttle.read_bps_device"));
    }

    // Limits that the kernel compares must be written in one order when raised and in the other when lowered.
    [Theory]
    [InlineData(64, 96, 32, 48)]
    [InlineData(64, 96, 128, 256)]
    [InlineData(64, 64, 65, 65)]
    [InlineData(64, 96, -1, 0)]
    public void Memory_is_updated_upwards_and_downwards(long limit, long swap, long newLimit, long newSwap)
    {
        Requires.CgroupV1("memory/memory.memsw.limit_in_bytes");
        using CgroupUnderTest test = new CgroupUnderTest(new() { Memory = Memory(limit, swap) }).Create();
        test.New.ApplyEarly();
        test.Update(new() { Memory = Memory(newLimit, newSwap) });
        string[] expected = newLimit < 0 ? ["9223372036854771712", "9223372036854771712"] : [$"{newLimit << 20}", $"{newSwap << 20}"];
        Assert.Equal(expected, (string[])[test.Read("memory", "memory.limit_in_bytes"), test.Read("memory", "memory.memsw.limit_in_bytes")]);

        static LinuxMemory Memory(long limit, long swap) => new() { Limit = limit < 0 ? limit : limit << 20, Swap = swap == 0 ? null : swap << 20 };
    }

    [Theory]
    [InlineData(50000, 100000, 40000, 5000, 10000, 4000)]
    [InlineData(5000, 10000, 4000, 50000, 100000, 40000)]
    [InlineData(50000, 100000, 0, 900000, 1000000, 900000)]
    [InlineData(900000, 1000000, 900000, 1000, 1000, 0)]
    public void Quota_period_and_burst_are_updated_upwards_and_downwards(long quota, ulong period, ulong burst, long newQuota, ulong newPeriod, ulong newBurst)
    {
        Requires.CgroupV1("cpu/cpu.cfs_burst_us");
        using CgroupUnderTest test = new CgroupUnderTest(new() { CPU = new() { Quota = quota, Period = period, Burst = burst } }).Create();
        test.New.ApplyLate();
        test.Update(new() { CPU = new() { Quota = newQuota, Period = newPeriod, Burst = newBurst } });
        Assert.Equal($"{newQuota} {newPeriod} {newBurst}", $"{test.Read("cpu", "cpu.cfs_quota_us")} {test.Read("cpu", "cpu.cfs_period_us")} {test.Read("cpu", "cpu.cfs_burst_us")}");
    }

    // A parent with a quota limits its children to their share of the time: quota over period must not rise in between.
    [Fact]
    public void A_period_is_updated_within_the_parents_quota()
    {
        using CgroupUnderTest test = new CgroupUnderTest(new() { CPU = new() { Quota = 50000, Period = 100000 } }).Create();
        test.New.ApplyLate();
        File.WriteAllText($"{Path.GetDirectoryName(test.Directory("cpu"))}/cpu.cfs_quota_us", "50000");
        test.Update(new() { CPU = new() { Quota = 5000, Period = 10000 } });
        Assert.Equal(("5000", "10000"), (test.Read("cpu", "cpu.cfs_quota_us"), test.Read("cpu", "cpu.cfs_period_us")));
        test.Update(new() { CPU = new() { Quota = 100000, Period = 200000 } });
        Assert.Equal(("100000", "200000"), (test.Read("cpu", "cpu.cfs_quota_us"), test.Read("cpu", "cpu.cfs_period_us")));
        Assert.Contains("linux.resources.cpu.period: \"10000\": write(2) on \"cpu.cfs_period_us\": invalid argument (EINVAL)",
            Assert.Throws<RuncsException>(() => test.Update(new() { CPU = new() { Period = 10000 } })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_update_gives_the_old_values_back()
    {
        Requires.CgroupV1("memory/memory.memsw.limit_in_bytes");
        using CgroupUnderTest test = new CgroupUnderTest(new() { Memory = new() { Limit = 64 << 20, Swap = 96 << 20 }, CPU = new() { Shares = 512, Cpus = "0" } }).Create();
        test.New.ApplyEarly();
        Assert.StartsWith("linux.resources.blockIO.weight: \"2000\": write(2) on ", Assert.Throws<RuncsException>(() => test.Update(new()
        {
            Memory = new() { Limit = 256 << 20, Swap = 512 << 20 },
            CPU = new() { Shares = 700 },
            BlockIO = new() { Weight = 2000 },
        })).Message, StringComparison.Ordinal);
        Assert.Equal(["67108864", "100663296", "512", "0"],
            (string[])[test.Read("memory", "memory.limit_in_bytes"), test.Read("memory", "memory.memsw.limit_in_bytes"), test.Read("cpu", "cpu.shares"), test.Read("cpuset", "cpuset.cpus")]);
    }

    [Fact]
    public void A_cpuset_has_its_parents_where_the_config_is_silent()
    {
        using CgroupUnderTest test = new CgroupUnderTest(new() { CPU = new() { Mems = "0" } }).Create();
        Assert.Equal(File.ReadAllText("/sys/fs/cgroup/cpuset/cpuset.cpus").TrimEnd('\n'), test.Read("cpuset", "cpuset.cpus"));
        Assert.NotEmpty(File.ReadAllText($"/sys/fs/cgroup/cpuset{test.Parent}/cpuset.mems").TrimEnd('\n'));
    }

    [Fact]
    public void A_refusal_of_the_kernel_names_path_value_file_and_errno()
    {
        using CgroupUnderTest test = new CgroupUnderTest(new() { CPU = new() { Quota = 5 }, Memory = new() { Swappiness = 10, Limit = 1 << 30 } }).Create();
        Assert.Equal("linux.resources.cpu.quota: \"5\": write(2) on \"cpu.cfs_quota_us\": invalid argument (EINVAL)",
            Assert.Throws<RuncsException>(() => test.New.ApplyLate()).Message);
        using var cpus = new CgroupUnderTest(new() { CPU = new() { Cpus = "1000" } });
        Assert.StartsWith("linux.resources.cpu.cpus: \"1000\": write(2) on \"cpuset.cpus\": ", Assert.Throws<RuncsException>(() => cpus.Create()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_are_denied_but_for_the_defaults()
    {
        using CgroupUnderTest test = new CgroupUnderTest(new() { Devices = [new() { Access = "rwm" }, new() { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "r" }] }).Create();
        test.New.ApplyEarly();
        Assert.Contains("c 1:3 rwm", test.Read("devices", "devices.list"), StringComparison.Ordinal);
        Assert.Equal("read\nnot written\nnull\n", test.Run("true < /dev/kmsg && echo read; true 2> /dev/null >> /dev/kmsg || echo not written; true < /dev/null && echo null").Stdout);
        using CgroupUnderTest strict = new CgroupUnderTest().Create();
        strict.New.ApplyEarly();
        Assert.Contains("Operation not permitted", strict.Run("true < /dev/kmsg").Stderr + strict.Run("cat /dev/kmsg").Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pids_limit_is_enforced()
    {
        using CgroupUnderTest test = new CgroupUnderTest(new() { Pids = new() { Limit = 0 } }).Create();
        test.New.ApplyLate();
        test.Run("(:)").Fails();
    }
}
