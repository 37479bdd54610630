// SPDX-License-Identifier: Apache-2.0
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Runcs.Oracle.Task;

namespace Runcs.Integration;

/// <summary>One container of a <see cref="ShimUnderTest"/>, and the calls on it.</summary>
internal sealed class ShimTask : IDisposable
{
    private readonly ShimUnderTest _shim;
    private readonly List<IDisposable> _streams = [];
    private readonly FileStream _log;

    public ShimTask(ShimUnderTest shim, string id, string script)
    {
        (_shim, Id) = (shim, id);
        Bundle = new Bundle(Directory.CreateDirectory(shim.Path($"bundles/{id}")).FullName).Shell(script);
        Bundle.Config["root"]!["readonly"] = false;
        Bundle.Write();
        // containerd reads the shim's log from it.
        Assert.Equal(0, Libc.mkfifo(Path("log"), 0b110_000_000));
        _log = new FileStream(Path("log"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
    }

    public string Id { get; }

    public Bundle Bundle { get; }

    public TtrpcClient Client { get => field ?? _shim.Client; set; }

    /// <summary>What the shim has logged; at least a line.</summary>
    public string Log()
    {
        byte[] buffer = new byte[65536];
        return Encoding.UTF8.GetString(buffer, 0, _log.Read(buffer));
    }

    public string Path(string name) => System.IO.Path.Combine(Bundle.Directory, name);

    /// <summary>A new FIFO of this container, which is read.</summary>
    public FifoReader Read(string name)
    {
        var fifo = new FifoReader(Path(name));
        _streams.Add(fifo);
        return fifo;
    }

    /// <summary>A new FIFO of this container that nobody has opened.</summary>
    public string MakeFifo(string name)
    {
        Assert.Equal(0, Libc.mkfifo(Path(name), 0b110_000_000));
        return Path(name);
    }

    public CreateTaskRequest CreateRequest(string output = "") => new() { Id = Id, Bundle = Bundle.Directory, Stdout = output, Options = ShimUnderTest.AnyOf("containerd.runc.v1.Options", _shim.Options) };

    public int Create(Action<CreateTaskRequest>? edit = null)
    {
        Bundle.Write();
        CreateTaskRequest request = CreateRequest();
        edit?.Invoke(request);
        return (int)Client.Call<CreateTaskResponse>("Create", request).Pid;
    }

    public int Start(string exec = "") => (int)Client.Call<StartResponse>("Start", new StartRequest { Id = Id, ExecId = exec }).Pid;

    /// <summary>Creates and starts it.</summary>
    public ShimTask Up(Action<CreateTaskRequest>? edit = null)
    {
        Create(edit);
        Start();
        return this;
    }

    /// <summary>Notes a further process; <see cref="Start"/> starts it.</summary>
    public void Exec(string exec, string script, Action<ExecProcessRequest>? edit = null)
    {
        JsonNode process = Bundle.Process.DeepClone();
        process["args"] = new JsonArray("/bin/sh", "-c", script);
        var request = new ExecProcessRequest { Id = Id, ExecId = exec };
        edit?.Invoke(request);
        process["terminal"] = request.Terminal;
        request.Spec ??= new Any { TypeUrl = "types.containerd.io/opencontainers/runtime-spec/1/Process", Value = ByteString.CopyFromUtf8(process.ToJsonString()) };
        Client.Call<Empty>("Exec", request);
    }

    /// <summary>Runs a further process to its end and deletes it.</summary>
    public int RunExec(string exec, string script)
    {
        Exec(exec, script);
        Start(exec);
        int code = Wait(exec);
        Assert.Equal(code, (int)Delete(exec).ExitStatus);
        return code;
    }

    public int Wait(string exec = "") => (int)Client.Call<WaitResponse>("Wait", new WaitRequest { Id = Id, ExecId = exec }).ExitStatus;

    public void Kill(uint signal = 9, string exec = "", bool all = false) => Client.Call<Empty>("Kill", new KillRequest { Id = Id, ExecId = exec, Signal = signal, All = all });

    public DeleteResponse Delete(string exec = "") => Client.Call<DeleteResponse>("Delete", new DeleteRequest { Id = Id, ExecId = exec });

    public StateResponse State(string exec = "") => Client.Call<StateResponse>("State", new StateRequest { Id = Id, ExecId = exec });

    /// <summary>Kills it, waits for its end and deletes it.</summary>
    public void End()
    {
        Kill();
        Wait();
        Delete();
    }

    public void Dispose()
    {
        foreach (IDisposable stream in _streams) stream.Dispose();
        _log.Dispose();
        Leftovers.Remove(Id);
    }
}
