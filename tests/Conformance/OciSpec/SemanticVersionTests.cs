// SPDX-License-Identifier: Apache-2.0
using Runcs.OciSpec;

namespace Runcs.Conformance.OciSpec;

/// <summary>semver.org, 2.0.0: its grammar and examples.</summary>
public class SemanticVersionTests
{
    [Theory]
    [InlineData("1.0.0", 1)]
    [InlineData("1.3.0", 1)]
    [InlineData("0.2.0", 0)]
    [InlineData("10.20.30", 10)]
    [InlineData("1.0.2-dev", 1)]
    [InlineData("1.0.0-rc5", 1)]
    [InlineData("1.0.0-alpha.beta.1", 1)]
    [InlineData("1.0.0-0.3.7", 1)]
    [InlineData("1.0.0-x-y-z.--", 1)]
    [InlineData("1.0.0+20130313144700", 1)]
    [InlineData("1.0.0-beta+exp.sha.5114f85", 1)]
    [InlineData("1.0.0+001", 1)]
    public void Valid_versions_are_accepted(string text, int major)
    {
        Assert.True(SemanticVersion.TryParse(text, out int found));
        Assert.Equal(major, found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.0")]
    [InlineData("1.0.0.0")]
    [InlineData("1..0")]
    [InlineData(".1.0")]
    [InlineData("1.0.")]
    [InlineData("01.0.0")]
    [InlineData("1.0.00")]
    [InlineData("v1.0.0")]
    [InlineData("1.0.x")]
    [InlineData("1.0.0-")]
    [InlineData("1.0.0-a..b")]
    [InlineData("1.0.0-01")]
    [InlineData("1.0.0-\u00e9")]
    [InlineData("1.0.0+")]
    [InlineData("1.0.0+a_b")]
    [InlineData(" 1.0.0")]
    [InlineData("-1.0.0")]
    [InlineData("99999999999.0.0")]
    public void Invalid_versions_are_refused(string text) => Assert.False(SemanticVersion.TryParse(text, out _));
}
