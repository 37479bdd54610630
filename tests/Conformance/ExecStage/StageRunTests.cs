// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;
using Runcs.Native.ExecStage;
using static Runcs.Conformance.ExecStage.StageProcess;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Conformance.ExecStage;

/// <summary>Each kind of row, executed by a real process.</summary>
public class StageRunTests
{
    private const int Step = 42, Nonsense = 9999, SIGCHLD = 17;

    [Fact]
    public void Rows_run_in_their_order()
    {
        Assert.Equal((7, "one two"), Output(new StageTable().Write("one ").Write("two").Exit(7)));
    }

    [Fact]
    public void A_failure_ends_the_stage_and_reports_step_and_errno()
    {
        StageTable table = new StageTable().Write("before").Call(Step, SYS_close, Nonsense).Write("after");
        (int code, string output, byte[] report) = Run(table);
        Assert.Equal((1, "before"), (code, output));
        Assert.Equal(new StageReport(Step, new Errno(Errno.EBADF)), StageReport.Read(report));
        Assert.Equal(StageReport.Size, report.Length);
    }

    [Fact]
    public void A_tolerated_error_continues_at_its_target()
    {
        StageTable table = new();
        table.Call(Step, SYS_close, Nonsense).Tolerating(Errno.ENOENT, Errno.EBADF);
        table.Write("skipped").Write("reached").Exit(0);
        table.OnError(0, 2);
        Assert.Equal((0, "reached"), Output(table));
    }

    [Fact]
    public void An_error_that_is_not_tolerated_ends_the_stage()
    {
        StageTable table = new StageTable().Call(Step, SYS_close, Nonsense).Tolerating(Errno.ENOENT).Exit(0);
        Assert.Equal(Errno.EBADF, StageReport.Read(Run(table).Report).Errno.Value);
    }

    [Fact]
    public void Zero_and_positive_results_branch()
    {
        StageTable table = new();
        table.Call(Step, SYS_getpid).Write("zero").Exit(0);
        table.OnResult(0, table.Next);
        table.Write("more").Call(Step, SYS_close, 0).Write("none").Exit(0);
        table.OnZero(4, table.Next);
        table.Write(", zero").Exit(0);
        Assert.Equal((0, "more, zero"), Output(table));
    }

    [Fact]
    public void A_result_can_be_kept_and_loaded_as_an_argument_of_a_later_row()
    {
        StageTable table = new();
        ulong kept = table.Zeroes(8);
        // The result of write(2), the length, becomes the exit code.
        table.Call(Step, SYS_write, Stdout, table.String("12345"), 5).KeepAt(kept);
        table.Load(kept, StageTable.ArgumentAddress(table.Next + 1, 0));
        table.Exit(99);
        Assert.Equal((5, "12345"), Output(table));
    }

    [Fact]
    public void A_fail_row_fails_with_its_errno()
    {
        (int code, _, byte[] report) = Run(new StageTable().Fail(Step, Errno.ETIMEDOUT).Exit(0));
        Assert.Equal((1, new StageReport(Step, new Errno(Errno.ETIMEDOUT))), (code, StageReport.Read(report)));
    }

    [Theory]
    [InlineData(0xffff, 0x1234, 0)]
    [InlineData(0xff, 0x34, 0)]
    [InlineData(0xffff, 0x34, Errno.ENOENT)]
    [InlineData(0, 0, 0)]
    public void Expect_compares_under_a_mask(uint mask, uint value, int errno)
    {
        StageTable table = new();
        ulong place = table.Bytes([0x34, 0x12, 0xff, 0xff]);
        table.Expect(Step, place, mask, value, Errno.ENOENT).Exit(0);
        (int code, _, byte[] report) = Run(table);
        Assert.Equal(errno == 0 ? 0 : 1, code);
        if (errno != 0)
            Assert.Equal(new StageReport(Step, new Errno(errno)), StageReport.Read(report));
    }

    [Fact]
    public void After_a_clone_both_processes_continue_with_their_own_table()
    {
        StageTable table = new();
        ulong pid = table.Zeroes(8), status = table.Zeroes(8);
        table.Call(Step, SYS_clone, SIGCHLD).KeepAt(pid);
        table.Write("child, ").Exit(3);
        table.OnResult(0, table.Next);
        table.Load(pid, StageTable.ArgumentAddress(table.Next + 1, 0));
        table.Call(Step, SYS_wait4, 0, status);
        table.Expect(Step, status, 0xffff, 3 << 8, Errno.ECHILD);
        table.Write("parent").Exit(0);
        Assert.Equal((0, "child, parent"), Output(table));
    }

    // The first process of a pid namespace exits instead: KillBeforeStartTests.
    [Fact]
    public void A_caught_signal_kills_any_process_but_the_first_of_a_pid_namespace()
    {
        const int SIGUSR1 = 10, ByUsr1 = 128 + SIGUSR1;
        StageTable table = new StageTable().Catch(Step, Signals.Set.Ending, caught: 43);
        table.Call(Step, SYS_getpid).KeepAt(StageTable.ArgumentAddress(2, 0)).Call(Step, SYS_kill, 0, SIGUSR1).Write("after").Exit(0);
        Assert.Equal((ByUsr1, ""), Output(table));
    }

    [Fact]
    public void A_signal_that_cannot_be_caught_fails_the_row()
    {
        (int code, _, byte[] report) = Run(new StageTable().Catch(Step, new Signals.Set(0).With(Processes.SIGKILL), caught: 43).Exit(0));
        Assert.Equal((1, new StageReport(Step, new Errno(Errno.EINVAL))), (code, StageReport.Read(report)));
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(2, 3)]
    public void A_childs_output_is_kept_up_to_a_size(int size, int written)
    {
        const int CLONE_PIDFD = 0x1000, ReadEnd = 0, WriteEnd = 4;
        StageTable table = new();
        ulong pipe = table.Zeroes(8), poll = table.Bytes([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]), output = table.Zeroes(32);
        table.Call(Step, SYS_pipe2, pipe);
        // Into the second entry's descriptor; its other four bytes are POLLIN.
        table.Load(pipe + ReadEnd, poll + 8).Load(table.Bytes([1, 0, 0, 0, 0, 0, 0, 0]), poll + 12);
        table.Load(table.Bytes([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]), poll + 16);
        int clone = table.Next;
        table.Call(Step, SYS_clone, CLONE_PIDFD | SIGCHLD, 0, poll);
        table.Load(pipe + WriteEnd, StageTable.ArgumentAddress(table.Next + 1, 0));
        table.Call(Step, SYS_write, 0, table.String("123"), (ulong)written).Exit(0);
        table.OnResult(clone, table.Next);
        table.Follow(Step, poll, 0, output, size);
        table.Call(Step, SYS_write, Stdout, output, 8 + 4).Exit(0);
        Assert.Equal((0, $"\x3\0\0\0\0\0\0\0{"123"[..size].PadRight(4, '\0')}"), Output(table));
    }

    // Rows and strings have fixed addresses: neither may run into the other.
    [Fact]
    public void The_largest_table_runs_and_a_larger_one_is_refused()
    {
        const int Most = ushort.MaxValue;
        StageTable table = new();
        ulong first = table.String("first ");
        table.Call(Step, SYS_write, 1, first, 6);
        while (table.Next < Most - 3) table.Load(first, 0);
        table.Call(Step, SYS_write, 1, first, 6);
        table.Write("last").Exit(0);
        Assert.Equal(Most, table.Next);
        Assert.Equal((0, "first first last"), Output(table));
        Assert.Equal(Errno.E2BIG, Assert.Throws<RuncsException>(() => table.Exit(0)).Errno.Value);
    }

    private static (int ExitCode, string Output) Output(StageTable table)
    {
        (int code, string output, byte[] report) = Run(table);
        Assert.Empty(report);
        return (code, output);
    }
}
