// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Runcs.Oracle.Task;

namespace Runcs.Integration;

/// <summary>
/// The shim without containerd: its program, run as containerd runs it, with a receiver of its events. The program is
/// out/runcs by the name containerd-shim-runcs-v1, or the value of the environment variable SHIM. Disposing ends all.
/// </summary>
internal sealed class ShimUnderTest : IDisposable
{
    private static readonly string? _other = Environment.GetEnvironmentVariable("SHIM") is { Length: > 0 } other ? other : null;
    private static int _count;
    private readonly string _directory = Scratch.NewDirectory("shim");
    private readonly List<ShimTask> _tasks = [];
    private readonly HashSet<string> _sockets = [];
    private TtrpcClient? _client;

    public ShimUnderTest()
    {
        Requires.Root();
        Program = _other ?? Path("containerd-shim-runcs-v1");
        if (_other == null) File.CreateSymbolicLink(Program, System.IO.Path.Combine(Repository.Root, "out", "runcs"));
        Events = new EventReceiver(Path("events.ttrpc"));
    }

    /// <summary>Whether it is ours, and not the one of containerd.</summary>
    public static bool IsOurs => _other == null;

    public string Program { get; }

    public EventReceiver Events { get; }

    /// <summary>A program that runs it, under other limits or traced.</summary>
    public string[] Prefix { get; set; } = [];

    public string Namespace { get; } = $"shim{Environment.ProcessId}";

    /// <summary>A connection to the shim of the first container that was started.</summary>
    public TtrpcClient Client => _client ?? throw new InvalidOperationException("no shim is started");

    public int Pid => (int)Client.Call<ConnectResponse>("Connect", new ConnectRequest()).ShimPid;

    public Oracle.Runc.Options Options => new() { Root = Path("runtime") };

    public string Path(string name) => System.IO.Path.Combine(_directory, name);

    public static Any AnyOf(string type, IMessage message) => new() { TypeUrl = type, Value = message.ToByteString() };

    /// <summary>A container of a new shim, or of this one's shim if there is one.</summary>
    /// <param name="script">Of its first process.</param>
    public ShimTask Add(string script)
    {
        ShimTask task = Bundle(script);
        if (_client == null) Connect(task);
        return task;
    }

    /// <summary>A bundle without a shim.</summary>
    public ShimTask Bundle(string script)
    {
        var task = new ShimTask(this, $"s{Environment.ProcessId}-{Interlocked.Increment(ref _count)}", script);
        _tasks.Add(task);
        return task;
    }

    /// <summary>Starts the shim of a container and connects to it.</summary>
    public void Connect(ShimTask task)
    {
        _client = new TtrpcClient(SocketOf(Act(task, "start", AnyOf("containerd.runc.v1.Options", Options).ToByteArray()).Ok()));
    }

    public TtrpcClient AnotherClient(string service = TtrpcClient.Version2) => new(_sockets.First()) { Service = service };

    /// <summary>The path in the plain answer to <c>start</c>.</summary>
    public string SocketOf(Result start)
    {
        Assert.StartsWith("unix:///", start.Stdout, StringComparison.Ordinal);
        string path = start.Stdout["unix://".Length..];
        _sockets.Add(path);
        return path;
    }

    /// <summary>Runs the program as containerd does. Its streams are pipes: a shim that keeps them is seen.</summary>
    public Result Act(ShimTask task, string action, byte[]? input = null, params string[] flags) => Command.Run(Harness.Options.Default with
    {
        Pipes = true,
        Stdin = input ?? [],
        WorkingDirectory = task.Bundle.Directory,
        Environment = new Dictionary<string, string?> { ["TTRPC_ADDRESS"] = Events.Path, ["GRPC_ADDRESS"] = Path("grpc"), ["NAMESPACE"] = Namespace, ["MAX_SHIM_VERSION"] = "2", ["GOMAXPROCS"] = "2" },
    }, [.. Prefix, Program, "-namespace", Namespace, "-address", Path("grpc"), "-publish-binary", "/bin/true", "-id", task.Id, .. flags, action]);

    public void Dispose()
    {
        foreach (int pid in Processes()) _ = Libc.kill(pid, Libc.SIGKILL);
        _client?.Dispose();
        foreach (ShimTask task in _tasks) task.Dispose();
        Events.Dispose();
        foreach (string socket in _sockets) File.Delete(socket);
        Scratch.Remove(_directory);
    }

    /// <summary>The pids of the shims, of which there may be more than one.</summary>
    public int[] Processes() => [.. Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(System.IO.Path.GetFileName(path), out int pid) ? pid : 0).Where(IsShim)];

    // The processes with our directory in their command line: the shim keeps that of start.
    private bool IsShim(int pid)
    {
        if (pid == 0 || pid == Environment.ProcessId) return false;
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Contains(_directory, StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
