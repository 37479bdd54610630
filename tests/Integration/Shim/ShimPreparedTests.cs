// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf.WellKnownTypes;
using Runcs.Oracle.Task;

namespace Runcs.Integration;

/// <summary>Exec begins what Start ends: a clone waits between them, whatever happens to the container meanwhile.</summary>
public sealed class ShimPreparedTests : IDisposable
{
    private readonly ShimUnderTest _shim = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_a_start_the_clone_ends(bool deleted)
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        PrepareExec(task);
        if (deleted) task.Delete("e");
        else task.Kill();
        Eventually.True(() => _shim.Processes().Length == 1, "the clone has ended");
        if (!deleted) Assert.Equal(TtrpcError.FailedPrecondition, Assert.Throws<TtrpcError>(() => task.Start("e")).Code);
    }

    [Fact]
    public void A_container_paused_after_Exec_starts_no_process()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        PrepareExec(task);
        task.Client.Call<Empty>("Pause", new PauseRequest { Id = task.Id });
        Assert.Contains("cannot exec in a paused container", Assert.Throws<TtrpcError>(() => task.Start("e")).Message, StringComparison.Ordinal);
        task.Client.Call<Empty>("Resume", new ResumeRequest { Id = task.Id });
        Assert.Equal(3, task.RunExec("f", "exit 3"));
    }

    [Fact]
    public void A_process_whose_clone_was_killed_starts()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        PrepareExec(task);
        int clone = _shim.Processes().Single(pid => pid != _shim.Pid);
        Libc.kill(clone, Libc.SIGKILL);
        Eventually.True(() => !Directory.Exists($"/proc/{clone}"), "the shim has waited for the clone");
        task.Start("e");
        Assert.Equal(4, task.Wait("e"));
    }

    /// <summary>The clone's memory is freed before its end. The client does not wait for that, and may use the process meanwhile.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Start_is_answered_before_the_clone_ends(bool isAlone)
    {
        Requires.Program("strace");
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        using (RunningCommand tracer = Command.Start(Options.Default, "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=exit_group", "-e", $"inject=exit_group:delay_enter={TimeSpan.FromSeconds(3).TotalMicroseconds}", "-p", $"{_shim.Pid}"))
        {
            Eventually.True(() => !File.ReadAllText($"/proc/{_shim.Pid}/status").Contains("TracerPid:\t0\n", StringComparison.Ordinal), () => $"the shim is traced: {tracer.Stderr}");
            task.Exec("e", "exec sleep 1000");
            Eventually.True(() => _shim.Processes().Length == 2, "a clone waits");
            // Without the clone of Exec, Start makes one.
            if (isAlone) Libc.kill(_shim.Processes().Single(pid => pid != _shim.Pid), Libc.SIGKILL);
            if (isAlone) Eventually.True(() => _shim.Processes().Length == 1, "the clone has ended");
            int started = task.Start("e");
            Assert.Equal(2, _shim.Processes().Length);
            Assert.Equal((Status.Running, (uint)started), (task.State("e").Status, task.State("e").Pid));
            Assert.Equal(TtrpcError.FailedPrecondition, Assert.Throws<TtrpcError>(() => task.Start("e")).Code);
            Assert.Equal(TtrpcError.FailedPrecondition, Assert.Throws<TtrpcError>(() => task.Delete("e")).Code);
            task.Kill(Libc.SIGKILL, "e");
            Assert.Equal(137, task.Wait("e"));
        }
        Assert.Equal(137u, task.Delete("e").ExitStatus);
        task.End();
        _shim.Events.Expect(task.Id, "create", "start", "exec-added e", "exec-started e", "exit e 137", "exit 137", "delete 137");
    }

    public void Dispose() => _shim.Dispose();

    private void PrepareExec(ShimTask task)
    {
        task.Exec("e", "exit 4");
        Eventually.True(() => _shim.Processes().Length == 2, "a clone waits");
    }
}
