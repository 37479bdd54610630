// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;

namespace Runcs.Conformance.Cli;

/// <summary>The sizes that RAMInBytes of docker/go-units accepts.</summary>
public class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("32", 32)]
    [InlineData("32b", 32)]
    [InlineData("32B", 32)]
    [InlineData("32k", 32L << 10)]
    [InlineData("32K", 32L << 10)]
    [InlineData("32kb", 32L << 10)]
    [InlineData("32Kb", 32L << 10)]
    [InlineData("32KiB", 32L << 10)]
    [InlineData("32kib", 32L << 10)]
    [InlineData("32 Mb", 32L << 20)]
    [InlineData("32m", 32L << 20)]
    [InlineData("32g", 32L << 30)]
    [InlineData("32 TiB", 32L << 40)]
    [InlineData("3p", 3L << 50)]
    [InlineData("1.5k", 1536)]
    [InlineData(".5m", 512L << 10)]
    [InlineData("1.m", 1L << 20)]
    [InlineData("0.3", 0)]
    [InlineData("1.999999999999999999999999999999b", 1)]
    [InlineData("0.1g", 107374182)]
    [InlineData("9223372036854771712", 9223372036854771712)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Valid_sizes_are_parsed(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out long parsed));
        Assert.Equal(bytes, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("k")]
    [InlineData("-1")]
    [InlineData("-1k")]
    [InlineData("+1")]
    [InlineData("1 2")]
    [InlineData(" 1")]
    [InlineData("1  k")]
    [InlineData("1.2.3")]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("1bb")]
    [InlineData("1bk")]
    [InlineData("1x")]
    [InlineData("1ki")]
    [InlineData("1kibs")]
    [InlineData("1\u0663")]
    [InlineData("9223372036854775808")]
    [InlineData("8192p")]
    [InlineData("99999999999999999999999999999999999999999")]
    public void Invalid_sizes_are_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));
}
