// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf.WellKnownTypes;
using Runcs.Oracle.Task;

namespace Runcs.Integration;

/// <summary>Processes that are killed: the shim at each step of its work, a clone of it, and a client that does not wait.</summary>
public sealed class ShimFaultTests : IDisposable
{
    private readonly ShimUnderTest _shim = new();

    [Fact]
    public void A_shim_killed_at_any_time_of_create_leaves_nothing_after_delete()
    {
        ShimTask task = _shim.Bundle("exec sleep 1000");
        string source = _shim.Path("source");
        Directory.Move(task.Bundle.Rootfs, source);
        int created = 0;
        // Up to its end, in steps of a fraction of what it takes.
        for (double milliseconds = 0; milliseconds < 400 && created < 3; milliseconds += 1.7)
        {
            _shim.Connect(task);
            int pid = _shim.Pid;
            CreateTaskRequest request = task.CreateRequest();
            request.Rootfs.Add(new Mount { Type = "bind", Source = source, Options = { "rbind" } });
            Task<CreateTaskResponse> create = _shim.Client.Begin<CreateTaskResponse>("Create", request);
            Thread.Sleep(TimeSpan.FromMilliseconds(milliseconds));
            _ = Libc.kill(pid, Libc.SIGKILL);
            Eventually.True(() => _shim.Client.HasEnded, "the shim has ended");
            Eventually.True(() => create.IsCompleted, "the call has ended");
            if (create.IsCompletedSuccessfully) created++;
            _shim.Act(task, "delete", null, "-bundle", task.Bundle.Directory).Ok();
            string[] left = [.. Leftovers.Cgroups(task.Id), .. MountTable.Read().Where(mount => MountTable.IsUnder(mount, task.Bundle.Directory)), .. State()];
            Assert.True(left.Length == 0, $"after {milliseconds} ms: {string.Join('\n', left)}");
            Eventually.True(() => !Leftovers.Processes(task.Id).Any(), () => $"after {milliseconds} ms there are processes");
        }
        Assert.True(created > 0, "no create came to its end");
    }

    /// <summary>Its clone asks for the parent-death signal too late, and must not make a container that nobody knows.</summary>
    [Fact]
    public void A_clone_whose_shim_was_killed_at_once_does_nothing()
    {
        Requires.Program("strace");
        ShimTask task = _shim.Add("exec sleep 1000");
        int shim = _shim.Pid, clone = 0;
        using RunningCommand tracer = Command.Start(Options.Default, "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=prctl", "-e", "inject=prctl:delay_enter=500000:when=1", "-p", $"{shim}");
        Eventually.True(() => !File.ReadAllText($"/proc/{shim}/status").Contains("TracerPid:\t0\n", StringComparison.Ordinal), () => $"the shim is traced: {tracer.Stderr}");
        Task<CreateTaskResponse> create = _shim.Client.Begin<CreateTaskResponse>("Create", task.CreateRequest());
        Eventually.True(() => (clone = Children(shim).FirstOrDefault()) != 0, "it works");
        _ = Libc.kill(shim, Libc.SIGKILL);
        Eventually.True(() => create.IsFaulted, "the call has ended");
        Eventually.True(() => !Directory.Exists($"/proc/{clone}"), "the clone has ended");
        Assert.Empty(State());
        Assert.Empty(Leftovers.Cgroups(task.Id));
        Assert.False(Leftovers.Processes(task.Id).Any(), "there are processes");
    }

    [Fact]
    public void A_killed_operation_is_an_error_and_leaves_nothing()
    {
        ShimTask task = _shim.Add("exec sleep 1000");
        string source = _shim.Path("source");
        Directory.Move(task.Bundle.Rootfs, source);
        int shim = _shim.Pid, killed = 0;
        for (int i = 0; i < 60 && killed < 15; i++)
        {
            CreateTaskRequest request = task.CreateRequest();
            request.Rootfs.Add(new Mount { Type = "bind", Source = source, Options = { "rbind" } });
            Task<CreateTaskResponse> create = _shim.Client.Begin<CreateTaskResponse>("Create", request);
            int clone = 0;
            Eventually.True(() => (clone = Children(shim).FirstOrDefault()) != 0 || create.IsCompleted, "it works");
            Thread.Sleep(TimeSpan.FromMilliseconds(i * 0.7));
            if (!create.IsCompleted) _ = Libc.kill(clone, Libc.SIGKILL);
            Eventually.True(() => create.IsCompleted, "the call has ended");
            if (create.IsCompletedSuccessfully)
            {
                task.Delete();
                continue;
            }
            killed++;
            Assert.Throws<TtrpcError>(() => TtrpcClient.Wait(create));
            string[] left = [.. Leftovers.Cgroups(task.Id), .. MountTable.Read().Where(mount => MountTable.IsUnder(mount, task.Bundle.Directory)), .. State()];
            Assert.True(left.Length == 0, string.Join('\n', left));
            Eventually.True(() => !Leftovers.Processes(task.Id).Any(), "no process is left");
        }
        Assert.True(killed > 0, "no create was killed");
        Assert.Equal(shim, _shim.Pid);
    }

    [Fact]
    public void A_delete_whose_client_went_away_is_answered_when_it_is_repeated()
    {
        ShimTask task = _shim.Add("exit 9").Up();
        Assert.Equal(9, task.Wait());
        using (TtrpcClient impatient = _shim.AnotherClient()) _ = impatient.Begin<DeleteResponse>("Delete", new DeleteRequest { Id = task.Id });
        DeleteResponse[] answers = [.. Enumerable.Range(0, 3).Select(_ => task.Delete())];
        Assert.All(answers, answer => Assert.Equal(9u, answer.ExitStatus));
        Assert.Single(answers.Distinct());
        _shim.Events.Expect(task.Id, "create", "start", "exit 9", "delete 9");
    }

    [Fact]
    public void Deletes_at_the_same_time_get_the_same_answer()
    {
        ShimTask task = _shim.Add("exit 9").Up();
        task.Wait();
        Task<DeleteResponse>[] calls = [.. Enumerable.Range(0, 10).Select(_ => _shim.Client.Begin<DeleteResponse>("Delete", new DeleteRequest { Id = task.Id }))];
        Assert.All(calls, call => Assert.Equal(9u, TtrpcClient.Wait(call).ExitStatus));
        _shim.Events.Expect(task.Id, "create", "start", "exit 9", "delete 9");
    }

    [Fact]
    public void A_container_that_was_deleted_by_hand_can_be_deleted()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        Command.Run(Path.Combine(Repository.Root, "out/runcs"), "--root", $"{_shim.Path("runtime")}/{_shim.Namespace}", "delete", "--force", task.Id).Ok();
        Assert.Equal(137, task.Wait());
        Assert.Equal(137u, task.Delete().ExitStatus);
        _shim.Events.Expect(task.Id, "create", "start", "exit 137", "delete 137");
    }

    [Fact]
    public void Orphans_of_a_container_are_waited_for()
    {
        ShimTask task = _shim.Add("exec sleep 1000");
        task.Bundle.Namespace("pid");
        task.Up();
        for (int i = 0; i < 10; i++) Assert.Equal(3, task.RunExec($"e{i}", "sleep 0.05 & sleep 0.05 & exit 3"));
        int shim = _shim.Pid, init = (int)task.State().Pid;
        Eventually.True(() => Children(shim).SequenceEqual([init]), () => $"children: {string.Join(' ', Children(shim))}");
        task.End();
    }

    public void Dispose() => _shim.Dispose();

    private static IEnumerable<int> Children(int pid) => File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);

    private string[] State() => Directory.Exists(_shim.Path($"runtime/{_shim.Namespace}")) ? Directory.GetFileSystemEntries(_shim.Path($"runtime/{_shim.Namespace}")) : [];
}
