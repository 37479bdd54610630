// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Conformance.Native;

public class ErrnoTests
{
    private static readonly Errno _denied = new(Errno.EACCES);

    private int _evaluated;

    [Fact]
    public void A_failed_call_is_thrown_with_what_is_known()
    {
        RuncsException error = Assert.Throws<RuncsException>(() => _denied.OrThrow("mounts[2]", "move_mount", "/data"));
        Assert.Equal("mounts[2]: move_mount(2) on \"/data\": permission denied (EACCES)", error.Message);
        Assert.Equal(("mounts[2]", "move_mount", "/data", _denied), (error.JsonPath, error.Call, error.Operand, error.Errno));
    }

    [Fact]
    public void A_step_adds_its_field_once()
    {
        RuncsException error = Assert.Throws<RuncsException>(() => _denied.OrThrow("setsid", ""));
        Assert.Equal("setsid(2): permission denied (EACCES)", error.Message);
        Assert.True(error.LacksJsonPath);
        error = error.At("process");
        Assert.Equal("process: setsid(2): permission denied (EACCES)", error.Message);
        Assert.False(error.LacksJsonPath);
        Assert.False(new RuncsException("no call").LacksJsonPath);
    }

    [Fact]
    public void A_hint_and_another_operand_keep_the_errno()
    {
        RuncsException error = _denied.Failure("openat", "x").On("--process").WithHint("is it there?");
        Assert.Equal("openat(2) on \"--process\": permission denied (EACCES): is it there?", error.Message);
        Assert.Equal(_denied, error.Errno);
        Assert.Same(error, error.WithHint(""));
    }

    [Fact]
    public void A_problem_of_a_field_has_no_errno_unless_a_call_failed()
    {
        Assert.Equal(Errno.None, RuncsException.At("process.cwd", "must be absolute").Errno);
        Assert.Equal(_denied, RuncsException.At("process.cwd", "denied", _denied).Errno);
    }

    [Fact]
    public void An_operand_is_made_only_for_a_failure()
    {
        Errno.None.OrThrow("openat", $"/proc/{Count()}");
        Errno.None.OrThrow("root.path", "openat", $"/proc/{Count()}");
        Errno.None.OrThrow($"mounts[{Count()}]", "openat", "/proc");
        Assert.Equal(0, _evaluated);
        Assert.Equal("openat(2) on \"/proc/1\": permission denied (EACCES)", Assert.Throws<RuncsException>(() => _denied.OrThrow("openat", $"/proc/{Count()}")).Message);
        Assert.Equal("mounts[2]: openat(2) on \"/proc\": permission denied (EACCES)",
            Assert.Throws<RuncsException>(() => _denied.OrThrow($"mounts[{Count()}]", "openat", "/proc")).Message);
    }

    private int Count() => ++_evaluated;
}
