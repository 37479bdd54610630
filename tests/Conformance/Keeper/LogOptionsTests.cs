// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;
using Runcs.Keeper.Logs;
using Runcs.Native;

namespace Runcs.Conformance.Keeper;

public class LogOptionsTests
{
    private const long Megabyte = 1 << 20;

    [Fact]
    public void In_the_state_directory_the_log_is_bounded() => Assert.Equal(new LogOptions(LogDriver.K8sFile, "/state/log", 10 * Megabyte, 3), Parse(null));

    [Fact]
    public void A_file_of_the_user_is_not_unless_it_is_asked_for()
    {
        Assert.Equal(new LogOptions(LogDriver.K8sFile, "/cwd/a", 0, 3), Parse("k8s-file", "path=a"));
        Assert.Equal(new LogOptions(LogDriver.Plain, "/cwd/a", 2 * Megabyte, 7), Parse("plain", "max-size=2m", "path=a", "max-file=7"));
    }

    [Fact]
    public void Without_a_log_there_is_no_file() => Assert.Equal(new LogOptions(LogDriver.None, "", 0, 1), Parse("none"));

    [Theory]
    [InlineData("json-file", "")]
    [InlineData("none", "path=a")]
    [InlineData("plain", "path=")]
    [InlineData("plain", "path")]
    [InlineData("plain", "size=1")]
    [InlineData("plain", "max-size=0")]
    [InlineData("plain", "max-size=-1")]
    [InlineData("plain", "max-size=x")]
    [InlineData("plain", "max-file=0")]
    [InlineData("plain", "max-file=x")]
    [InlineData("plain", "max-file=100000")]
    public void Others_are_refused(string driver, string option) => Assert.Throws<RuncsException>(() => Parse(driver, option.Length == 0 ? [] : [option]));

    private static LogOptions Parse(string? driver, params string[] options) =>
        LogOptions.Parse(driver, options, "/state/log", path => "/cwd/" + path, text => ByteSize.TryParse(text, out long bytes) ? bytes : null);
}
