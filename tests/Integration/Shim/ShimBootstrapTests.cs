// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Runcs.Oracle.Runtime;
using Runcs.Oracle.Task;

namespace Runcs.Integration;

/// <summary>What containerd executes: start, delete, -info and -v.</summary>
public sealed class ShimBootstrapTests : IDisposable
{
    private readonly ShimUnderTest _shim = new();

    [Fact]
    public void Its_version_is_printed()
    {
        ShimTask task = _shim.Bundle("true");
        string[] lines = Command.Run(_shim.Program, "-v").Ok().Stdout.Split('\n');
        Assert.EndsWith("containerd-shim-runcs-v1:", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("  Version:  ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("  Revision: ", lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Info_has_the_version_and_the_features(bool withOptions)
    {
        byte[] input = withOptions ? ShimUnderTest.AnyOf("containerd.runc.v1.Options", new Oracle.Runc.Options { SystemdCgroup = true }).ToByteArray() : [];
        RuntimeInfo info = RuntimeInfo.Parser.ParseFrom(Command.Run(Options.Default with { Stdin = input }, _shim.Program, "-info").Ok().StdoutBytes);
        Assert.Equal("io.containerd.runcs.v1", info.Name);
        Assert.NotEmpty(info.Version.Version);
        Assert.Equal(withOptions, info.Options != null);
        Assert.Equal("types.containerd.io/opencontainers/runtime-spec/1/features/Features", info.Features.TypeUrl);
        Assert.Contains("\"ociVersionMin\"", info.Features.Value.ToStringUtf8(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("options")]
    [InlineData("runtimeoptions")]
    public void A_plain_address_answers_all_but_bootstrap_parameters(string form)
    {
        ShimTask task = _shim.Bundle("true");
        byte[] input = form switch
        {
            "options" => ShimUnderTest.AnyOf("containerd.runc.v1.Options", _shim.Options).ToByteArray(),
            "runtimeoptions" => ShimUnderTest.AnyOf("runtimeoptions.v1.Options", new RuntimeOptions { ConfigBody = ByteString.CopyFromUtf8("SystemdCgroup = false\n") }).ToByteArray(),
            _ => [],
        };
        Result start = _shim.Act(task, "start", input).Ok();
        string socket = _shim.SocketOf(start);
        Assert.Equal("", start.Stderr);
        Assert.Equal(start.Stdout, File.ReadAllText(task.Path("address")));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(socket) & (UnixFileMode)0b111_111_111);
        using var client = new TtrpcClient(socket);
        int pid = (int)client.Call<ConnectResponse>("Connect", new ConnectRequest()).ShimPid;
        client.Call<Empty>("Shutdown", new ShutdownRequest());
        Eventually.True(() => !File.Exists(socket) && client.HasEnded, "the shim ends");
        Eventually.True(() => !Directory.Exists($"/proc/{pid}"), "its process ends");
    }

    [Fact]
    public void Bootstrap_parameters_are_answered_in_their_form()
    {
        ShimTask task = _shim.Bundle("true");
        var parameters = new BootstrapParams
        {
            InstanceId = task.Id,
            Namespace = _shim.Namespace,
            ContainerdVersion = "2.3.0",
            ContainerdTtrpcAddress = _shim.Events.Path,
            ContainerdGrpcAddress = _shim.Path("grpc"),
            SocketDir = _shim.Path("sockets"),
            Extensions = { new Oracle.Runtime.Extension { Value = ShimUnderTest.AnyOf("containerd.runc.v1.Options", _shim.Options) } },
        };
        BootstrapResult result = BootstrapResult.Parser.ParseFrom(_shim.Act(task, "start", parameters.ToByteArray()).Ok().StdoutBytes);
        Assert.Equal((3, "ttrpc"), (result.Version, result.Protocol));
        Assert.StartsWith($"unix://{_shim.Path("sockets")}/", result.Address, StringComparison.Ordinal);
        using var client = new TtrpcClient(result.Address["unix://".Length..]) { Service = TtrpcClient.Version3 };
        task.Client = client;
        task.Up();
        task.Wait();
        task.Delete();
        _shim.Events.Expect(task.Id, "create", "start", "exit 0", "delete 0");
    }

    [Fact]
    public void Containers_of_a_pod_share_a_process()
    {
        foreach (string annotation in (string[])["io.kubernetes.cri.sandbox-id", "io.containerd.runc.v2.group"])
        {
            string[] sockets = [.. Enumerable.Range(0, 3).Select(at =>
            {
                ShimTask task = _shim.Bundle("true");
                task.Bundle.Config["annotations"] = new System.Text.Json.Nodes.JsonObject { [annotation] = at < 2 ? $"{annotation}-pod" : $"{annotation}-other" };
                task.Bundle.Write();
                return _shim.SocketOf(_shim.Act(task, "start").Ok());
            })];
            Assert.Equal(sockets[0], sockets[1]);
            Assert.NotEqual(sockets[0], sockets[2]);
        }
    }

    [Fact]
    public void A_killed_shim_is_replaced_and_delete_removes_its_container()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        int init = (int)task.State().Pid, shim = _shim.Pid;
        _ = Libc.kill(shim, Libc.SIGKILL);
        Eventually.True(() => task.Client.HasEnded, "the shim has ended");
        DeleteResponse answer = DeleteResponse.Parser.ParseFrom(_shim.Act(task, "delete", null, "-bundle", task.Bundle.Directory).Ok().StdoutBytes);
        Assert.Equal((init, 137), ((int)answer.Pid, (int)answer.ExitStatus));
        Assert.True(answer.ExitedAt.Seconds > 0);
        Eventually.True(() => !Leftovers.Processes(task.Id).Any() && !Leftovers.Cgroups(task.Id).Any(), "nothing is left");
        Assert.Empty(Directory.GetFileSystemEntries(_shim.Path($"runtime/{_shim.Namespace}")));
        // The socket is still there, but nobody listens.
        _shim.Connect(task);
        Assert.NotEqual(shim, _shim.Pid);
    }

    [Fact]
    public async Task Of_two_starts_at_once_the_second_finds_the_first()
    {
        Requires.Program("strace");
        ShimTask task = _shim.Bundle("true");
        string sockets = Directory.CreateDirectory(_shim.Path("sockets")).FullName;
        byte[] parameters = new BootstrapParams
        {
            InstanceId = task.Id,
            Namespace = _shim.Namespace,
            ContainerdVersion = "2.3.0",
            ContainerdTtrpcAddress = _shim.Events.Path,
            ContainerdGrpcAddress = _shim.Path("grpc"),
            SocketDir = sockets,
        }.ToByteArray();
        // Between bind(2) and listen(2) nobody can connect, as after the end of a killed shim.
        _shim.Prefix = ["strace", "-o", "/dev/null", "-e", "trace=listen", "-e", "inject=listen:delay_enter=1000000"];
        Task<Result> first = Task.Run(() => _shim.Act(task, "start", parameters));
        Eventually.True(() => Directory.EnumerateFileSystemEntries(sockets).Any(), "the socket is bound");
        _shim.Prefix = [];
        Result second = _shim.Act(task, "start", parameters).Ok();
        Assert.Equal((await first).Ok().StdoutBytes, second.StdoutBytes);
        using var client = new TtrpcClient(BootstrapResult.Parser.ParseFrom(second.StdoutBytes).Address["unix://".Length..]);
        int pid = (int)client.Call<ConnectResponse>("Connect", new ConnectRequest()).ShimPid;
        Assert.Equal([pid], _shim.Processes());
    }

    [Fact]
    public void Delete_removes_nothing_if_it_cannot_know_where_the_container_is()
    {
        ShimTask task = _shim.Add("exec sleep 1000").Up();
        _ = Libc.kill(_shim.Pid, Libc.SIGKILL);
        Eventually.True(() => task.Client.HasEnded, "the shim has ended");
        string options = Path.Combine(task.Bundle.Directory, "options.json"), whole = File.ReadAllText(options);
        foreach (string damaged in (string[])["", "{\"root\": 7}", "[]"])
        {
            File.WriteAllText(options, damaged);
            Assert.Contains("options.json", _shim.Act(task, "delete", null, "-bundle", task.Bundle.Directory).Ok().Stderr, StringComparison.Ordinal);
            Assert.NotEmpty(Leftovers.Processes(task.Id));
        }
        File.WriteAllText(options, whole);
        _shim.Act(task, "delete", null, "-bundle", task.Bundle.Directory).Ok();
        Eventually.True(() => !Leftovers.Processes(task.Id).Any(), "nothing is left");
    }

    [Fact]
    public void Delete_of_what_is_not_there_succeeds()
    {
        ShimTask task = _shim.Bundle("true");
        Result deleted = _shim.Act(task, "delete", null, "-bundle", task.Bundle.Directory).Ok();
        Assert.Equal(137u, DeleteResponse.Parser.ParseFrom(deleted.StdoutBytes).ExitStatus);
    }

    [Fact]
    public void A_command_line_that_is_not_containerds_is_refused()
    {
        ShimTask task = _shim.Bundle("true");
        Assert.Contains("namespace", Command.Run(_shim.Program, "start").Fails().Stderr, StringComparison.Ordinal);
        Assert.Contains("-nonsense", Command.Run(_shim.Program, "-nonsense").Fails().Stderr, StringComparison.Ordinal);
        File.Delete(task.Bundle.ConfigPath);
        Assert.Contains("config.json", _shim.Act(task, "start").Fails().Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_name_another_runtime_are_refused()
    {
        ShimTask task = _shim.Bundle("true");
        byte[] input = ShimUnderTest.AnyOf("containerd.runc.v1.Options", new Oracle.Runc.Options { BinaryName = "/usr/bin/kata" }).ToByteArray();
        Assert.Contains("BinaryName", _shim.Act(task, "start", input).Fails().Stderr, StringComparison.Ordinal);
        byte[] toml = ShimUnderTest.AnyOf("runtimeoptions.v1.Options", new RuntimeOptions { ConfigBody = ByteString.CopyFromUtf8("BinaryName = \"kata\"\n") }).ToByteArray();
        Assert.Contains("BinaryName", _shim.Act(task, "start", toml).Fails().Stderr, StringComparison.Ordinal);
        Assert.Contains("unknown type", _shim.Act(task, "start", ShimUnderTest.AnyOf("some.other.Options", new Empty()).ToByteArray()).Fails().Stderr, StringComparison.Ordinal);
    }

    public void Dispose() => _shim.Dispose();
}
