// SPDX-License-Identifier: Apache-2.0
using Runcs.Cli.Parsing;

namespace Runcs.Conformance.Cli;

public class AbsolutePathTests
{
    [Theory]
    [InlineData("/run/runcs", "/run/runcs")]
    [InlineData("/run/runcs/", "/run/runcs")]
    [InlineData("//run//./runcs/..", "/run")]
    [InlineData("/..", "/")]
    [InlineData("/", "/")]
    [InlineData("/a/..b/.c", "/a/..b/.c")]
    [InlineData("/a/b/../../../c", "/c")]
    public void The_path_is_cleaned_as_text(string path, string expected) => Assert.Equal(expected, AbsolutePath.Of(path));

    [Fact]
    public void A_relative_path_starts_at_the_working_directory() => Assert.Equal(Path.Combine(Environment.CurrentDirectory, "a"), AbsolutePath.Of("./a"));
}
