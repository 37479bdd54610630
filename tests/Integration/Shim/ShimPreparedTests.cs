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

    public void Dispose() => _shim.Dispose();

    private void PrepareExec(ShimTask task)
    {
        task.Exec("e", "exit 4");
        Eventually.True(() => _shim.Processes().Length == 2, "a clone waits");
    }
}
