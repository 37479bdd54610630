// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Text.Json;
using Runcs.Diagnostics;

namespace Runcs.Conformance.Cli;

/// <summary>The log formats that engines parse: those of logrus.</summary>
public class LogLineTests
{
    private const string Time = "2026-11-21T18:10:20Z";

    [Theory]
    [InlineData("container does not exist", "\"container does not exist\"")]
    [InlineData("plain", "plain")]
    [InlineData("/a/b.c-d_e@f^g+h", "/a/b.c-d_e@f^g+h")]
    [InlineData("a=b", "\"a=b\"")]
    [InlineData("", "\"\"")]
    [InlineData("exec: \"x\"", "\"exec: \\\"x\\\"\"")]
    [InlineData("a\nb\tc\\d", "\"a\\nb\\tc\\\\d\"")]
    [InlineData("a\u0001b", "\"a\\x01b\"")]
    [InlineData("größe", "\"größe\"")]
    public void A_line_in_text_format(string message, string quoted) =>
        Assert.Equal($"time=\"{Time}\" level=error msg={quoted}\n", Encoding.UTF8.GetString(LogLine.Text("error", message, Time)));

    [Fact]
    public void A_line_in_json_format() => Assert.Equal(
        $"{{\"level\":\"error\",\"msg\":\"exec: \\\"x\\\": \\u003cno\\u003e\\n\",\"time\":\"{Time}\"}}\n",
        Encoding.UTF8.GetString(LogLine.Json("error", "exec: \"x\": <no>\n", Time)));

    [Fact]
    public void A_json_line_is_valid_json()
    {
        using JsonDocument document = JsonDocument.Parse(LogLine.Json("warning", "a\u0001\u2028b", Timestamp.Now()));
        Assert.Equal("a\u0001\u2028b", document.RootElement.GetProperty("msg").GetString());
        Assert.True(document.RootElement.GetProperty("time").TryGetDateTimeOffset(out _));
    }

    [Theory]
    [InlineData(0, 0, "1970-01-01T00:00:00Z")]
    [InlineData(951782400, 0, "2000-02-29T00:00:00Z")]
    [InlineData(951868800, 0, "2000-03-01T00:00:00Z")]
    [InlineData(4107542399, 0, "2100-02-28T23:59:59Z")]
    [InlineData(4107542400, 0, "2100-03-01T00:00:00Z")]
    [InlineData(1795284807, 68611829, "2026-11-21T18:13:27.068611829Z")]
    [InlineData(1795284807, 500000000, "2026-11-21T18:13:27.5Z")]
    [InlineData(1795284807, 1, "2026-11-21T18:13:27.000000001Z")]
    public void Times_are_those_of_Go(long seconds, int nanoseconds, string expected) => Assert.Equal(expected, Timestamp.Format(seconds, nanoseconds));

    [Fact]
    public void Every_day_of_two_hundred_years_has_its_date()
    {
        for (DateTime day = DateTime.UnixEpoch; day.Year < 2170; day = day.AddDays(1))
            Assert.Equal(day.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), Timestamp.Format((long)(day - DateTime.UnixEpoch).TotalSeconds, 0));
    }
}
