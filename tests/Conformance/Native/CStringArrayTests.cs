// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Runcs.Native;

namespace Runcs.Conformance.Native;

/// <summary>execve(2): arrays of pointers to null-terminated strings, ended by a null pointer.</summary>
public class CStringArrayTests
{
    public static TheoryData<string[]> Lists => new([[], ["one"], ["one", "", "žluť 🐎", "a=b"]]);

    [Theory]
    [MemberData(nameof(Lists))]
    public void Strings_become_an_array(string[] strings)
    {
        using CStringArray array = CStringArray.Of(strings);
        Assert.Equal(strings, Read(array));
    }

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("A=1\0B=2\0", new[] { "A=1", "B=2" })]
    [InlineData("A=1\0\0B=2\0cut", new[] { "A=1", "", "B=2" })]
    public void An_environment_block_becomes_an_array(string block, string[] strings)
    {
        using CStringArray array = CStringArray.Of(System.Text.Encoding.UTF8.GetBytes(block));
        Assert.Equal(strings, Read(array));
    }

    private static unsafe List<string> Read(CStringArray array)
    {
        List<string> strings = [];
        for (byte** p = array.Pointer; *p != null; p++)
            strings.Add(Marshal.PtrToStringUTF8((nint)(*p))!);
        Assert.Equal(array.Count, strings.Count);
        return strings;
    }
}
