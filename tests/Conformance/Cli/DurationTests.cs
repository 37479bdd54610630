// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;

namespace Runcs.Conformance.Cli;

/// <summary>The durations that Go's time.ParseDuration accepts, from its documentation.</summary>
public class DurationTests
{
    private const long Millisecond = 1_000_000, Second = 1_000_000_000, Minute = 60 * Second, Hour = 60 * Minute;

    [Theory]
    [InlineData("0", 0)]
    [InlineData("5s", 5 * Second)]
    [InlineData("30s", 30 * Second)]
    [InlineData("-5s", -5 * Second)]
    [InlineData("+5s", 5 * Second)]
    [InlineData("-0", 0)]
    [InlineData("5.0s", 5 * Second)]
    [InlineData("5.6s", 5600 * Millisecond)]
    [InlineData("5.s", 5 * Second)]
    [InlineData(".5s", 500 * Millisecond)]
    [InlineData("1.004s", 1004 * Millisecond)]
    [InlineData("100ms", 100 * Millisecond)]
    [InlineData("10ns", 10)]
    [InlineData("11us", 11_000)]
    [InlineData("12\u00b5s", 12_000)]
    [InlineData("12\u03bcs", 12_000)]
    [InlineData("1m30s", Minute + 30 * Second)]
    [InlineData("3h30m", 3 * Hour + 30 * Minute)]
    [InlineData("10.5s4m", 4 * Minute + 10 * Second + 500 * Millisecond)]
    [InlineData("1h2m3s4ms5us6ns", Hour + 2 * Minute + 3 * Second + 4 * Millisecond + 5006)]
    [InlineData("0.3333333333333333333h", 20 * Minute)]
    [InlineData("2562047h47m16.854775807s", long.MaxValue)]
    public void Valid_durations_are_parsed(string text, long nanoseconds)
    {
        Assert.True(Duration.TryParse(text, out long parsed));
        Assert.InRange(parsed - nanoseconds, -1, 1); // a fraction of a nanosecond
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-")]
    [InlineData(".s")]
    [InlineData("5 s")]
    [InlineData(" 5s")]
    [InlineData("5x")]
    [InlineData("5S")]
    [InlineData("1.5.5s")]
    [InlineData("1s-1s")]
    [InlineData("--1s")]
    [InlineData("1d")]
    [InlineData("9223372036854775808ns")]
    [InlineData("3000000h")]
    public void Invalid_durations_are_refused(string text) => Assert.False(Duration.TryParse(text, out _));
}
