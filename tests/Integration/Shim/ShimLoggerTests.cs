// SPDX-License-Identifier: Apache-2.0
using Runcs.Oracle.Task;

namespace Runcs.Integration;

/// <summary>Programs that take a container's output: <c>binary://</c> and <c>binary-v2://</c>.</summary>
public sealed class ShimLoggerTests : IDisposable
{
    private readonly ShimUnderTest _shim = new();

    public static TheoryData<string, bool, bool> Kinds { get; } = new(
        from scheme in (string[])["binary", "binary-v2"] from exec in (bool[])[false, true] from terminal in (bool[])[false, true] select (scheme, exec, terminal));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_logger_gets_the_output(string scheme, bool exec, bool terminal)
    {
        ShimTask task = _shim.Add("exec sleep 1000");
        string uri = Logger(scheme, "echo \"$CONTAINER_ID $CONTAINER_NAMESPACE $*\" > $log.environment; echo ready >&5; exec 5>&-; cat <&4 > $log.errors & cat <&3 > $log; wait; echo complete >> $log");
        Run(task, exec, terminal, "echo hello; test -t 1 || echo oops >&2; exit 6", $"{uri}?b=2&a=1%201");
        Assert.Equal(terminal ? "hello\r\ncomplete\n" : "hello\ncomplete\n", File.ReadAllText(_shim.Path("log")));
        Assert.Equal(terminal ? "" : "oops\n", File.ReadAllText(_shim.Path("log.errors")));
        Assert.Equal($"{task.Id} {_shim.Namespace} a 1 1 b 2\n", File.ReadAllText(_shim.Path("log.environment")));
    }

    [Fact]
    public void A_logger_that_closes_its_pipe_is_ready_for_one_scheme_only()
    {
        string uri = Logger("binary", "exec 5>&-; exec cat <&3 > $log");
        Run(_shim.Add("exec sleep 1000"), exec: false, terminal: false, "echo hello; exit 6", uri);
        Assert.Equal("hello\n", File.ReadAllText(_shim.Path("log")));
        ShimTask task = _shim.Add("true");
        TtrpcError error = Assert.Throws<TtrpcError>(() => task.Create(request => request.Stdout = uri.Replace("binary:", "binary-v2:", StringComparison.Ordinal)));
        Assert.Contains("ready", error.Message, StringComparison.Ordinal);
        Assert.Equal(TtrpcError.NotFound, Assert.Throws<TtrpcError>(() => task.State()).Code);
    }

    [Fact]
    public void A_logger_that_dies_ends_no_container()
    {
        string uri = Logger("binary", "exec 5>&-; head -n 1 <&3 > $log; exit 1");
        Run(_shim.Add("exec sleep 1000"), exec: false, terminal: false, "echo hello; dd if=/dev/zero bs=64k count=50 2>&1; echo oops >&2; exit 6", uri);
        Assert.Equal("hello\n", File.ReadAllText(_shim.Path("log")));
    }

    [Fact]
    public void A_slow_logger_gets_all_and_does_not_hold_up_others()
    {
        string uri = Logger("binary", "exec 5>&-; sleep 2; cat <&3 > $log; echo complete >> $log");
        ShimTask slow = _shim.Add("dd if=/dev/zero bs=64k count=4 2> /dev/null; echo; exit 6"), fine = _shim.Add("exec sleep 1000");
        slow.Up(request => request.Stdout = uri);
        fine.Up();
        Assert.Equal(0, fine.RunExec("e", "true"));
        Assert.Equal(6, slow.Wait());
        slow.Delete();
        Eventually.True(() => File.ReadAllText(_shim.Path("log")).EndsWith("\ncomplete\n", StringComparison.Ordinal), "it has all");
    }

    [Theory]
    [InlineData("binary")]
    [InlineData("binary-v2")]
    public void A_logger_that_is_never_ready_holds_up_only_its_process(string scheme)
    {
        string uri = Logger(scheme, "exec sleep 1000");
        ShimTask task = _shim.Add("exec sleep 1000").Up(), stuck = _shim.Add("true");
        Task<CreateTaskResponse> create = _shim.Client.Begin<CreateTaskResponse>("Create", stuck.CreateRequest(uri));
        task.Exec("e", "true", request => request.Stdout = uri);
        Task<StartResponse> start = _shim.Client.Begin<StartResponse>("Start", new StartRequest { Id = task.Id, ExecId = "e" });
        Assert.Equal(0, task.RunExec("f", "true"));
        // The end of the container ends the wait.
        task.End();
        Assert.Throws<TtrpcError>(() => TtrpcClient.Wait(start));
        _shim.Events.UpTo(task.Id, "delete 137");
        // So does a client that gives up.
        Assert.Throws<TtrpcError>(() => stuck.Delete());
        Assert.Throws<TtrpcError>(() => TtrpcClient.Wait(create));
        int pid = _shim.Pid;
        _shim.Client.Call<Google.Protobuf.WellKnownTypes.Empty>("Shutdown", new ShutdownRequest());
        Eventually.True(() => !Directory.Exists($"/proc/{pid}"), "the shim ends");
    }

    [Fact]
    public void A_logger_that_cannot_be_executed_is_an_error()
    {
        ShimTask task = _shim.Add("true");
        Assert.Contains("/no/such/logger", Assert.Throws<TtrpcError>(() => task.Create(request => request.Stdout = "binary:///no/such/logger")).Message, StringComparison.Ordinal);
        Assert.Equal(TtrpcError.NotFound, Assert.Throws<TtrpcError>(() => task.State()).Code);
    }

    public void Dispose() => _shim.Dispose();

    // A program of the test's, in which $log is a file.
    private string Logger(string scheme, string script)
    {
        string path = _shim.Path("logger");
        File.WriteAllText(path, $"#!/bin/sh\nlog={_shim.Path("log")}\n{script}\n");
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return $"{scheme}://{path}";
    }

    private static void Run(ShimTask task, bool exec, bool terminal, string script, string uri)
    {
        string id = exec ? "e" : "";
        if (!exec) task.Bundle.Shell(script).Process["terminal"] = terminal;
        task.Up(request =>
        {
            if (!exec) (request.Stdout, request.Stderr, request.Terminal) = (uri, terminal ? "" : uri, terminal);
        });
        if (exec)
        {
            task.Exec(id, script, request => (request.Stdout, request.Stderr, request.Terminal) = (uri, terminal ? "" : uri, terminal));
            task.Start(id);
        }
        Assert.Equal(6, task.Wait(id));
        task.Delete(id);
        if (exec) task.End();
    }
}
