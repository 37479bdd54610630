// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Conformance.Native;

public class DigitsTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("007", 7)]
    [InlineData("4294967296", 4294967296)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    public void Digits_are_a_number(string text, ulong number)
    {
        Assert.True(Digits.TryParse(text, out ulong found));
        Assert.Equal(number, found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("18446744073709551616")]
    [InlineData("184467440737095516150")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData(" 1")]
    [InlineData("1\n")]
    [InlineData("1 ")]
    [InlineData("0x1")]
    [InlineData("1/")]
    [InlineData("1:")]
    [InlineData("\u0661")]
    public void Other_texts_and_larger_numbers_are_none(string text)
    {
        Assert.False(Digits.TryParse(text, out ulong found));
        Assert.Equal(0u, found);
    }
}
