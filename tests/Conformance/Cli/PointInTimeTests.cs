// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Runcs.Cli.Parsing;

namespace Runcs.Conformance.Cli;

public class PointInTimeTests
{
    private static readonly (long, int) _now = (1796040000, 500_000_000);

    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("1796040000", 1796040000, 0)]
    [InlineData("1796040000.25", 1796040000, 250_000_000)]
    [InlineData("2026-11-30T12:00:00Z", 1796040000, 0)]
    [InlineData("2026-11-30T12:00:00", 1796040000, 0)]
    [InlineData("2026-11-30T13:00:00.000000001+01:00", 1796040000, 1)]
    [InlineData("2026-11-30T11:30:00.5-00:30", 1796040000, 500_000_000)]
    [InlineData("2026-11-30", 1795996800, 0)]
    [InlineData("2026-11-30T12:00", 1796040000, 0)]
    [InlineData("1s", 1796039999, 500_000_000)]
    [InlineData("1m0.6s", 1796039939, 900_000_000)]
    [InlineData("-0.6s", 1796040001, 100_000_000)]
    public void Times_are_read(string text, long seconds, int nanoseconds) => Assert.Equal((seconds, nanoseconds), PointInTime.Parse(text, _now));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1.2.3")]
    [InlineData("99999999999999999999")]
    [InlineData("2026-13-01")]
    [InlineData("2026-02-29")]
    [InlineData("2026-00-01")]
    [InlineData("1969-12-31")]
    [InlineData("2026-11-30T")]
    [InlineData("2026-11-30T24:00:00Z")]
    [InlineData("2026-11-30T12:00:00.Z")]
    [InlineData("2026-11-30T12:00:00+1")]
    [InlineData("2026-11-30T12:00:00 CET")]
    [InlineData("10000000h")]
    public void Others_are_none(string text) => Assert.Null(PointInTime.Parse(text, _now));

    [Fact]
    public void Days_are_those_of_the_framework()
    {
        for (DateTime day = new(1970, 1, 1); day.Year < 2110; day = day.AddDays(1))
            Assert.Equal((new DateTimeOffset(day, TimeSpan.Zero).ToUnixTimeSeconds(), 0), PointInTime.Parse(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), _now));
    }
}
