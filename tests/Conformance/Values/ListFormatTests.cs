// SPDX-License-Identifier: Apache-2.0
using Runcs.Values;

namespace Runcs.Conformance.Values;

/// <summary>cpuset(7), "List format", with runc's extensions.</summary>
public class ListFormatTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0-3,7", 0, 1, 2, 3, 7)]
    [InlineData("7,0-1,1", 0, 1, 7)]
    [InlineData("63-65", 63, 64, 65)]
    [InlineData(" 1 ,, 3,", 1, 3)]
    [InlineData("65536", 65536)]
    public void Valid_lists_are_parsed(string text, params int[] numbers)
    {
        Assert.True(ListFormat.TryParse(text, out ulong[] mask, out string problem), problem);
        Assert.Equal(numbers, Enumerable.Range(0, mask.Length * 64).Where(number => (mask[number / 64] >> (number % 64) & 1) == 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData(" ")]
    [InlineData("-")]
    [InlineData("1-")]
    [InlineData("-3")]
    [InlineData("+1")]
    [InlineData("3-2")]
    [InlineData("1 - 2")]
    [InlineData("0x1")]
    [InlineData("a")]
    [InlineData("65537")]
    [InlineData("0-65537")]
    [InlineData("99999999999999999999")]
    public void Invalid_lists_are_refused(string text)
    {
        Assert.False(ListFormat.TryParse(text, out _, out string problem));
        Assert.Contains(text.Trim().Trim(','), problem, StringComparison.Ordinal);
    }
}
