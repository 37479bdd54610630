// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Cgroups.V2;

namespace Runcs.Conformance.Cgroups;

/// <summary>The config uses cgroup v1's units; these tests check their conversion to v2.</summary>
public class ConversionTests
{
    // The three fixed points, the clamped ends, and values that engines use, calculated independently of the code.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(10, 4)]
    [InlineData(256, 35)]
    [InlineData(512, 59)]
    [InlineData(1024, 100)]
    [InlineData(2048, 174)]
    [InlineData(4096, 303)]
    [InlineData(262143, 10000)]
    [InlineData(262144, 10000)]
    [InlineData(ulong.MaxValue, 10000)]
    public void Shares_become_weight(ulong shares, ulong weight) => Assert.Equal(weight, CpuController.Weight(shares));

    [Fact]
    public void More_shares_never_weigh_less()
    {
        for (ulong shares = 2; shares < 262144; shares += 7) Assert.True(CpuController.Weight(shares) <= CpuController.Weight(shares + 7));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 1)]
    [InlineData(11, 11)]
    [InlineData(100, 910)]
    [InlineData(500, 4950)]
    [InlineData(1000, 10000)]
    [InlineData(ushort.MaxValue, 10000)]
    public void Weights_of_block_devices_are_stretched(ushort config, ulong weight) => Assert.Equal(weight, IoController.Weight(config));

    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(1000, 0, null)]
    [InlineData(1000, 1000, 0L)]
    [InlineData(1000, 3000, 2000L)]
    [InlineData(1000, -1, -1L)]
    [InlineData(-1, 500, 500L)]
    [InlineData(-1, 0, -1L)]
    public void Swap_is_counted_alone(long limit, long swap, long? written)
    {
        var writes = new CgroupWrites();
        Assert.Equal(written, MemoryController.Swap(MemoryValues.Read(new() { Limit = limit, Swap = swap }, writes), null, writes));
        Assert.Empty(writes.Problems);
    }

    [Theory]
    [InlineData(-1L, 500, 500L)]
    [InlineData(200L, 500, 300L)]
    [InlineData(500L, 500, 0L)]
    [InlineData(200L, -1, -1L)]
    public void An_update_counts_swap_from_the_limit_that_is_set(long limitNow, long swap, long? written)
    {
        var writes = new CgroupWrites();
        Assert.Equal(written, MemoryController.Swap(MemoryValues.Read(new() { Swap = swap }, writes), limitNow, writes));
        Assert.Empty(writes.Problems);
    }
}
