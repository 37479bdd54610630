// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Runcs.Oracle.Task;

namespace Runcs.Integration;

/// <summary>The order of events that clients rely on, and their delivery while containerd is away.</summary>
[InGuest]
public sealed class ShimOrderTests : IDisposable
{
    private readonly ShimUnderTest _shim = new();

    [Fact]
    public void A_process_that_ends_at_once_ends_after_its_start()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        string[] expected = ["create", "start", .. Enumerable.Range(0, 20).SelectMany(i => (string[])[$"exec-added e{i}", $"exec-started e{i}", $"exit e{i} {i}"])];
        for (int i = 0; i < 20; i++) Assert.Equal(i, task.RunExec($"e{i}", $"exit {i}"));
        _shim.Events.Expect(task.Id, expected);
        for (int i = 0; i < 10; i++)
        {
            ShimTask brief = _shim.Add($"exit {i}").Up();
            Assert.Equal(i, brief.Wait());
            brief.Delete();
            _shim.Events.Expect(brief.Id, "create", "start", $"exit {i}", $"delete {i}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Added_processes_end_before_the_first(bool ownPidNamespace)
    {
        ShimTask task = _shim.Add("exec sleep 1000");
        if (!ownPidNamespace) task.Bundle.Namespace("pid");
        task.Up();
        for (int i = 0; i < 5; i++)
        {
            task.Exec($"e{i}", "exec sleep 1000");
            task.Start($"e{i}");
        }
        task.Kill();
        Assert.Equal(137, task.Wait());
        string[] events = _shim.Events.UpTo(task.Id, "exit 137");
        Assert.Equal("exit 137", events[^1]);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"exit e{i} 137"), events[^6..^1].Order(StringComparer.Ordinal));
        task.Delete();
        Assert.Empty(Leftovers.Processes(task.Id));
    }

    [Fact]
    public void An_oom_kill_is_reported_before_the_end()
    {
        if (!Directory.Exists("/sys/fs/cgroup/memory")) Requires.CgroupV2Controllers("memory");
        ShimTask task = _shim.Add("exec tail -c 200m /dev/zero");
        task.Bundle.Linux["resources"] = new JsonObject { ["memory"] = new JsonObject { ["limit"] = 16 << 20, ["swap"] = 16 << 20 } };
        task.Up();
        Assert.Equal(137, task.Wait());
        string[] events = _shim.Events.UpTo(task.Id, "exit 137");
        Assert.Equal(["create", "start", "oom", "exit 137"], events.Distinct());
        Assert.Equal("exit 137", events[^1]);
        task.Delete();
    }

    [Fact]
    public void Events_are_kept_while_containerd_is_away()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        _shim.Events.Expect(task.Id, "create", "start");
        _shim.Events.GoAway();
        string[] expected = ["create", "start", .. Enumerable.Range(0, 50).SelectMany(i => (string[])[$"exec-added e{i}", $"exec-started e{i}", $"exit e{i} 3"]), "exit 137", "delete 137"];
        for (int i = 0; i < 50; i++) task.RunExec($"e{i}", "exit 3");
        task.End();
        _shim.Events.Listen();
        _shim.Events.Expect(task.Id, expected);
        // None comes twice.
        ShimTask other = _shim.Add("true").Up();
        other.Wait();
        other.Delete();
        _shim.Events.Expect(other.Id, "create", "start", "exit 0", "delete 0");
        _shim.Events.Expect(task.Id, expected);
    }

    [Fact]
    public void Events_survive_a_receiver_that_refuses_or_leaves()
    {
        int count = 0;
        _shim.Events.React = _ => Interlocked.Increment(ref count) switch { 1 or 4 => EventReceiver.Reaction.Refuse, 2 or 5 or 7 => EventReceiver.Reaction.Leave, _ => EventReceiver.Reaction.Take };
        ShimTask task = _shim.Add("exit 5").Up();
        task.Wait();
        task.Delete();
        _shim.Events.Expect(task.Id, "create", "start", "exit 5", "delete 5");
    }

    [Fact]
    public void A_refused_event_is_sent_again_though_the_connection_closes_meanwhile()
    {
        ShimTask task = _shim.Add("exec sleep 1000");
        int count = 0;
        _shim.Events.React = _ => Interlocked.Increment(ref count) == 1 ? EventReceiver.Reaction.Refuse : EventReceiver.Reaction.Take;
        task.Create();
        Eventually.True(() => count == 1, "it is refused");
        _shim.Events.GoAway();
        _shim.Events.Listen();
        _shim.Events.Expect(task.Id, "create");
    }

    [Fact]
    public void A_shim_without_containers_gives_its_last_events_before_it_ends()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        _shim.Events.Expect(task.Id, "create", "start");
        _shim.Events.GoAway();
        task.End();
        int pid = _shim.Pid;
        _shim.Client.Call<Google.Protobuf.WellKnownTypes.Empty>("Shutdown", new ShutdownRequest());
        _shim.Events.Listen();
        _shim.Events.Expect(task.Id, "create", "start", "exit 137", "delete 137");
        Eventually.True(() => !Directory.Exists($"/proc/{pid}"), "the shim ends");
    }

    public void Dispose() => _shim.Dispose();
}
