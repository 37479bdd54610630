// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Runcs.Oracle.Runc;
using Runcs.Oracle.Task;
using Options = Runcs.Harness.Options;
using Status = Runcs.Oracle.Task.Status;

namespace Runcs.Integration;

/// <summary>Each method of the task service: what it does, what it answers, and the code of each refusal.</summary>
public sealed class ShimCallTests : IDisposable
{
    private readonly ShimUnderTest _shim = new();

    [Theory]
    [InlineData(TtrpcClient.Version2)]
    [InlineData(TtrpcClient.Version3)]
    public void A_container_lives_and_ends(string service)
    {
        ShimTask task = _shim.Add("exit 7");
        using TtrpcClient client = _shim.AnotherClient(service);
        task.Client = client;
        int pid = task.Create();
        StateResponse created = task.State();
        Assert.Equal((task.Id, task.Bundle.Directory, pid, Status.Created), (created.Id, created.Bundle, (int)created.Pid, created.Status));
        Assert.Equal(pid, task.Start());
        Assert.Equal(7, task.Wait());
        StateResponse stopped = task.State();
        Assert.Equal((Status.Stopped, 7), (stopped.Status, (int)stopped.ExitStatus));
        DeleteResponse deleted = task.Delete();
        Assert.Equal((pid, 7, stopped.ExitedAt), ((int)deleted.Pid, (int)deleted.ExitStatus, deleted.ExitedAt));
        // Nothing distinguishes a client whose first call got lost.
        Assert.Equal(deleted, task.Delete());
        Fails(TtrpcError.NotFound, () => task.State());
        _shim.Events.Expect(task.Id, "create", "start", "exit 7", "delete 7");
        Assert.Empty(Leftovers.Cgroups(task.Id));
    }

    [Theory]
    [InlineData("init")]
    [InlineData("a/b")]
    [InlineData("..")]
    public void An_added_process_of_any_id_leaves_the_bundle_as_it_is(string exec)
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        string[] before = [.. Directory.GetFiles(task.Bundle.Directory).Order(StringComparer.Ordinal)];
        Assert.Equal(3, task.RunExec(exec, "exit 3"));
        Assert.Equal(before, Directory.GetFiles(task.Bundle.Directory).Order(StringComparer.Ordinal));
        Assert.Equal($"{task.State().Pid}", File.ReadAllText(task.Path("init.pid")));
        task.End();
    }

    [Fact]
    public void An_unknown_container_or_process_is_not_found()
    {
        ShimTask task = _shim.Add("exec sleep 1000");
        Action[] calls =
        [
            () => task.Start(), () => task.State(), () => task.Wait(), () => task.Kill(), () => task.Delete(), () => task.Exec("e", "true"),
            () => Do("Pause", new PauseRequest { Id = task.Id }), () => Do("Resume", new ResumeRequest { Id = task.Id }), () => Do("Update", new UpdateTaskRequest { Id = task.Id }),
            () => Do("ResizePty", new ResizePtyRequest { Id = task.Id }), () => Do("CloseIO", new CloseIORequest { Id = task.Id }), () => Pids(task), () => Stats(task),
        ];
        foreach (Action call in calls) Fails(TtrpcError.NotFound, call);
        task.Up();
        foreach (Action call in (Action[])[() => task.Start("e"), () => task.State("e"), () => task.Wait("e"), () => task.Kill(9, "e"), () => task.Delete("e"),
            () => Do("ResizePty", new ResizePtyRequest { Id = task.Id, ExecId = "e" }), () => Do("CloseIO", new CloseIORequest { Id = task.Id, ExecId = "e" })]) Fails(TtrpcError.NotFound, call);
    }

    [Fact]
    public void Calls_at_the_wrong_time_are_refused()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        Fails(TtrpcError.AlreadyExists, () => task.Create());
        Fails(TtrpcError.FailedPrecondition, () => task.Start());
        Fails(TtrpcError.FailedPrecondition, () => task.Delete());
        task.Exec("e", "exec sleep 1000");
        Fails(TtrpcError.AlreadyExists, () => task.Exec("e", "true"));
        Fails(TtrpcError.FailedPrecondition, () => task.Kill(9, "e"));
        task.Start("e");
        Fails(TtrpcError.FailedPrecondition, () => task.Start("e"));
        Fails(TtrpcError.FailedPrecondition, () => task.Delete("e"));
        task.Kill(9, "e");
        Assert.Equal(137, task.Wait("e"));
        Fails(TtrpcError.NotFound, () => task.Kill(9, "e"));
        Assert.Equal(137, (int)task.Delete("e").ExitStatus);
        // Deleted without ever having been started.
        task.Exec("never", "true");
        task.Delete("never");
        Fails(TtrpcError.NotFound, () => task.State("never"));
        task.Exec("late", "true");
        task.Kill();
        Assert.Equal(137, task.Wait());
        Fails(TtrpcError.NotFound, () => task.Kill());
        Fails(TtrpcError.FailedPrecondition, () => task.Start("late"));
        Fails(TtrpcError.FailedPrecondition, () => task.Exec("later", "true"));
        task.Delete();
    }

    [Fact]
    public void What_cannot_be_made_is_an_error_and_leaves_nothing()
    {
        ShimTask task = _shim.Add("true");
        task.Bundle.Args("/no/such/program");
        Assert.Contains("OCI runtime create failed: ", Fails(TtrpcError.Unknown, () => task.Create()).Message, StringComparison.Ordinal);
        Assert.Empty(Leftovers.Cgroups(task.Id));
        Assert.Contains("OCI runtime create failed: ", Fails(TtrpcError.Unknown, () => task.Create(request => request.Rootfs.Add(new Mount { Type = "nofs", Source = "none" }))).Message, StringComparison.Ordinal);
        Fails(TtrpcError.Unknown, () => task.Create(request => request.Stdout = "/no/such/fifo"));
        Fails(TtrpcError.Unknown, () => task.Create(request => request.Stdout = "gopher:///x"));
        Fails(TtrpcError.Unknown, () => task.Create(request => request.Options = ShimUnderTest.AnyOf("containerd.runc.v1.Options", new Oracle.Runc.Options { BinaryName = "kata" })));
        Fails(TtrpcError.Unimplemented, () => task.Create(request => request.Checkpoint = "/tmp"));
        task.Bundle.Shell("exec sleep 1000");
        task.Up();
        task.Exec("e", "true", request => request.Spec = new Any { TypeUrl = "x", Value = ByteString.CopyFromUtf8("{\"args\":[\"/no/such/program\"],\"cwd\":\"/\"}") });
        Task<WaitResponse> wait = _shim.Client.Begin<WaitResponse>("Wait", new WaitRequest { Id = task.Id, ExecId = "e" });
        Assert.Contains("OCI runtime exec failed: ", Fails(TtrpcError.Unknown, () => task.Start("e")).Message, StringComparison.Ordinal);
        Assert.NotEqual(0u, TtrpcClient.Wait(wait).ExitStatus);
        task.Delete("e");
        task.Exec("f", "true", request => request.Spec = new Any { TypeUrl = "x", Value = ByteString.CopyFromUtf8("{") });
        Fails(TtrpcError.Unknown, () => task.Start("f"));
        task.Delete("f");
        task.End();
        _shim.Events.UpTo(task.Id, "delete 137");
    }

    [Fact]
    public void A_created_container_is_deleted_without_a_start()
    {
        ShimTask task = _shim.Add("true");
        task.Create();
        task.Delete();
        Fails(TtrpcError.NotFound, () => task.State());
        _shim.Events.UpTo(task.Id, "delete 137");
        Assert.Empty(Leftovers.Processes(task.Id));
        // The same id again.
        task.Up();
        Assert.Equal(0, task.Wait());
        task.Delete();
    }

    [Fact]
    public void Signals_reach_the_process_they_are_for()
    {
        ShimTask task = _shim.Add("trap 'exit 42' TERM; echo > /up; while :; do sleep 0.1; done").Up();
        Eventually.True(() => File.Exists($"{task.Bundle.Rootfs}/up"), "it is up");
        task.Exec("e", "trap 'exit 43' TERM; echo > /up2; while :; do sleep 0.1; done");
        task.Start("e");
        Eventually.True(() => File.Exists($"{task.Bundle.Rootfs}/up2"), "it is up");
        task.Kill(15, "e");
        Assert.Equal(43, task.Wait("e"));
        Fails(TtrpcError.Unknown, () => task.Kill(1000));
        task.Kill(15);
        Assert.Equal(42, task.Wait());
    }

    [Fact]
    public void A_shim_with_a_container_does_not_shut_down()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        Do("Shutdown", new ShutdownRequest { Id = task.Id });
        Assert.Equal(Status.Running, task.State().Status);
        int pid = _shim.Pid;
        task.End();
        Do("Shutdown", new ShutdownRequest { Id = task.Id });
        Eventually.True(() => !Directory.Exists($"/proc/{pid}"), "the shim ends");
        _shim.Events.Expect(task.Id, "create", "start", "exit 137", "delete 137");
    }

    [Fact]
    public void A_checkpoint_is_not_implemented()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        Fails(TtrpcError.Unimplemented, () => Do("Checkpoint", new PauseRequest { Id = task.Id }));
    }

    [Fact]
    public void Systemd_cgroups_of_options_as_text_are_asked_of_systemd()
    {
        Requires.That(!Directory.Exists("/run/systemd/system"), "needs a machine without systemd");
        ShimTask task = _shim.Add("true");
        Any options = ShimUnderTest.AnyOf("runtimeoptions.v1.Options", new Oracle.Runtime.RuntimeOptions { ConfigBody = ByteString.CopyFromUtf8($"Root = \"{_shim.Path("runtime")}\"\n  SystemdCgroup = true\n") });
        Assert.Contains("systemd", Fails(TtrpcError.Unknown, () => task.Create(request => request.Options = options)).Message, StringComparison.Ordinal);
        options = ShimUnderTest.AnyOf("containerd.runc.v1.Options", new Oracle.Runc.Options { Root = _shim.Path("runtime"), SystemdCgroup = true });
        Assert.Contains("systemd", Fails(TtrpcError.Unknown, () => task.Create(request => request.Options = options)).Message, StringComparison.Ordinal);
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
