// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Conformance.Native;

public class RegularExpressionTests
{
    [Theory]
    [InlineData("box", "a-box-1", true)]
    [InlineData("^box$", "box-1", false)]
    [InlineData("^(a|b)+[0-9]{2}$", "abba42", true)]
    [InlineData("^(a|b)+[0-9]{2}$", "abba4", false)]
    [InlineData("b.x\\.", "box.", true)]
    [InlineData("", "anything", true)]
    [InlineData("ü", "für", true)]
    public void Extended_expressions_match_a_part(string expression, string text, bool matches)
    {
        using RegularExpression compiled = RegularExpression.Compile(expression);
        Assert.Equal(matches, compiled.Matches(text));
        Assert.Equal(matches, compiled.Matches(text));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("[")]
    [InlineData("a{2,1}")]
    public void A_wrong_one_is_an_error(string expression) =>
        Assert.StartsWith($"invalid regular expression \"{expression}\": ", Assert.Throws<RuncsException>(() => RegularExpression.Compile(expression)).Message, StringComparison.Ordinal);
}
