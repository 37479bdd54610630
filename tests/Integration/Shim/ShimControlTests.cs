// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Runcs.Oracle.Runc;
using Runcs.Oracle.Task;
using Options = Runcs.Harness.Options;
using Status = Runcs.Oracle.Task.Status;

namespace Runcs.Integration;

/// <summary>The calls on a container that runs: its processes, metrics, limits, pauses and mounts.</summary>
public sealed class ShimControlTests : IDisposable
{
    private const int SIGSTOP = 19, SIGCONT = 18;
    private readonly ShimUnderTest _shim = new();

    [Fact]
    public void Processes_are_listed_with_their_exec_ids()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        task.Exec("e", "exec sleep 1000");
        int exec = task.Start("e"), init = (int)task.State().Pid;
        Dictionary<int, string> processes = Pids(task).Processes.ToDictionary(process => (int)process.Pid, process => process.Info == null ? "" : ProcessDetails.Parser.ParseFrom(process.Info.Value).ExecId);
        Assert.Equal(["", "e"], [processes[init], processes[exec]]);
        Assert.Equal(2, processes.Count);
        Assert.Equal(("e", exec, Status.Running), (task.State("e").Id, (int)task.State("e").Pid, task.State("e").Status));
        task.Exec("f", "exit 0");
        task.Start("f");
        task.Kill(9, all: true);
        Assert.Equal(137, task.Wait("e"));
        Assert.Equal(137, task.Wait());
    }

    /// <summary>A signal for all processes, which have ended before it is sent.</summary>
    [Fact]
    public void Processes_that_have_just_ended_are_not_found()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        int shim = _shim.Pid, init = (int)task.State().Pid;
        Assert.Equal(0, Libc.kill(shim, SIGSTOP));
        Task<Empty> kill = _shim.Client.Begin<Empty>("Kill", new KillRequest { Id = task.Id, Signal = 15, All = true });
        Assert.Equal(0, Libc.kill(init, Libc.SIGKILL));
        Eventually.True(() => File.ReadAllText($"/proc/{init}/stat").Contains(") Z ", StringComparison.Ordinal), "it has ended");
        Assert.Equal(0, Libc.kill(shim, SIGCONT));
        Fails(TtrpcError.NotFound, () => TtrpcClient.Wait(kill));
        Assert.Equal(137, task.Wait());
        task.Delete();
    }

    [Fact]
    public void Stats_are_the_cgroups_metrics()
    {
        ShimTask task = _shim.Add("sleep 1000 & exec sleep 1000").Up();
        Any stats = Stats(task).Stats;
        if (Directory.Exists("/sys/fs/cgroup/memory"))
        {
            Assert.Equal("io.containerd.cgroups.v1.Metrics", stats.TypeUrl);
            Eventually.True(() => Oracle.MetricsV1.Metrics.Parser.ParseFrom(Stats(task).Stats.Value).Pids.Current == 2, "two processes");
        }
        else
        {
            Assert.Equal("io.containerd.cgroups.v2.Metrics", stats.TypeUrl);
            Eventually.True(() => Oracle.MetricsV2.Metrics.Parser.ParseFrom(Stats(task).Stats.Value).Pids.Current == 2, "two processes");
        }
        // Also after its end, until it is deleted.
        task.Kill();
        task.Wait();
        Assert.Equal(stats.TypeUrl, Stats(task).Stats.TypeUrl);
        task.Delete();
    }

    [Fact]
    public void A_container_is_paused_resumed_and_killed_while_paused()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        Do("Pause", new PauseRequest { Id = task.Id });
        Assert.Equal(Status.Paused, task.State().Status);
        Fails(TtrpcError.FailedPrecondition, () => task.Delete());
        Fails(TtrpcError.Unknown, () => task.Exec("e", "true"));
        Do("Resume", new ResumeRequest { Id = task.Id });
        Assert.Equal(Status.Running, task.State().Status);
        Assert.Equal(0, task.RunExec("f", "true"));
        Do("Pause", new PauseRequest { Id = task.Id });
        task.Kill();
        Assert.Equal(137, task.Wait());
        task.Delete();
        Assert.Equal(["create", "start", "paused", "resumed", "exec-added f", "exec-started f", "exit f 0", "paused", "exit 137", "delete 137"],
            _shim.Events.UpTo(task.Id, "delete 137"));
    }

    [Fact]
    public void Limits_are_updated()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        Do("Update", new UpdateTaskRequest { Id = task.Id, Resources = new Any { TypeUrl = "types.containerd.io/opencontainers/runtime-spec/1/LinuxResources", Value = ByteString.CopyFromUtf8("{\"pids\":{\"limit\":77}}") } });
        Assert.Contains(Leftovers.Cgroups(task.Id), directory => File.Exists($"{directory}/pids.max") && File.ReadAllText($"{directory}/pids.max") == "77\n");
        Fails(TtrpcError.Unknown, () => Do("Update", new UpdateTaskRequest { Id = task.Id, Resources = new Any { TypeUrl = "x", Value = ByteString.CopyFromUtf8("[") } }));
    }

    [Fact]
    public void Mounts_of_the_root_file_system_are_made_and_removed()
    {
        ShimTask task = _shim.Add("cat /hello; touch /new || exit 9");
        string source = Directory.CreateDirectory(_shim.Path("source")).FullName;
        Directory.Delete(source);
        Directory.Move(task.Bundle.Rootfs, source);
        File.WriteAllText($"{source}/hello", "hello\n");
        FifoReader output = task.Read("stdout");
        task.Up(request =>
        {
            request.Stdout = output.Path;
            request.Rootfs.Add(new Mount { Type = "bind", Source = source, Options = { "rbind", "ro" } });
        });
        Assert.Equal(9, task.Wait());
        task.Delete();
        Assert.Equal("hello\n", output.ToEnd());
        Assert.DoesNotContain(MountTable.Read(), mount => MountTable.IsUnder(mount, task.Bundle.Directory));
    }

    public void Dispose() => _shim.Dispose();

    private static TtrpcError Fails(int code, Action call)
    {
        TtrpcError error = Assert.Throws<TtrpcError>(call);
        Assert.True(error.Code == code, $"code {code} expected: {error.Message}");
        return error;
    }

    private void Do(string method, IMessage request) => _shim.Client.Call<Empty>(method, request);

    private PidsResponse Pids(ShimTask task) => _shim.Client.Call<PidsResponse>("Pids", new PidsRequest { Id = task.Id });

    private StatsResponse Stats(ShimTask task) => _shim.Client.Call<StatsResponse>("Stats", new StatsRequest { Id = task.Id });
}
