// SPDX-License-Identifier: Apache-2.0
using Runcs.Hooks;

namespace Runcs.Conformance.Hooks;

/// <summary>The messages for failed hooks.</summary>
public class HookOutcomeTests
{
    [Theory]
    [InlineData(0x100, "exit status 1, stdout: out, stderr: err")]
    [InlineData(0xff00, "exit status 255, stdout: out, stderr: err")]
    [InlineData(9, "signal: killed, stdout: out, stderr: err")]
    [InlineData(11 | 0x80, "signal: segmentation fault (core dumped), stdout: out, stderr: err")]
    [InlineData(35, "signal: signal 35, stdout: out, stderr: err")]
    public void The_outcome_is_reported_with_runcs_message(int status, string text) =>
        Assert.Equal(text, HookRunner.Describe(status, "out", "err"));

    [Fact]
    public void Outputs_are_kept_without_their_last_line_end()
    {
        CapturedOutput output = new(100);
        output.Add("one\n"u8);
        output.Add("two\n"u8);
        Assert.Equal("one\ntwo", output.ToString());
    }

    [Fact]
    public void Long_outputs_are_truncated()
    {
        CapturedOutput output = new(10);
        output.Add("1234567"u8);
        output.Add("8901234"u8);
        output.Add(new byte[1000]);
        Assert.Equal("1234567890... (1004 more bytes)", output.ToString());
    }
}
