// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Cgroups.V2;

namespace Runcs.Conformance.Cgroups;

/// <summary>The config speaks cgroup v1; what its figures become on v2.</summary>
public class ConversionTests
{
    // The three fixed points, the clamped ends, and values that engines use, worked out apart from this code.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
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
    [InlineData(0, 0, null)]
    [InlineData(1000, 0, null)]
    [InlineData(1000, 1000, 0L)]
    [InlineData(1000, 3000, 2000L)]
    [InlineData(1000, -1, -1L)]
    [InlineData(-1, 500, 500L)]
    [InlineData(-1, 0, -1L)]
    public void Swap_is_counted_alone(long limit, long swap, long? written) =>
        Assert.Equal(written, MemoryController.Swap(MemoryValues.Read(new() { Limit = limit, Swap = swap }, [])));
}
