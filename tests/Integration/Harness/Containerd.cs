// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>
/// A test's own containerd with its client ctr, and the runtime under test behind the shim io.containerd.runc.v2, or our
/// own shim: private state, sockets, containerd namespace and cgroup (with the namespace's name). Disposing stops it and removes all of it.
/// </summary>
public sealed class Containerd : IDisposable
{
    private const string Busybox = "docker.io/library/busybox:latest", DefaultRuntimeRoot = "/run/containerd/runc";
    private static int _count;
    private readonly string _directory;

    /// <param name="configuration">The content of config.toml in addition to the paths.</param>
    /// <param name="usesShim">With our own shim, io.containerd.runcs.v1, which is found on PATH.</param>
    public Containerd(string configuration = "disabled_plugins = [\"io.containerd.grpc.v1.cri\"]", bool usesShim = false)
    {
        UsesShim = usesShim;
        foreach (string program in (string[])["containerd", "ctr", "containerd-shim-runc-v2"]) Requires.Program(program);
        _directory = Scratch.NewDirectory("containerd");
        File.WriteAllText(Path("config.toml"), $"""
            version = 2
            root = "{Path("root")}"
            state = "{Path("run")}"
            {configuration}
            [grpc]
              address = "{Socket}"

            """);
        Daemon = new(_directory, Options.Default with { Environment = usesShim ? ShimPath.Environment(_directory) : Options.Default.Environment }, [Programs.Find("containerd")!, "--config", Path("config.toml")], () => Try("version").ExitCode == 0);
        try
        {
            Daemon.WaitUntilUp();
            Snapshotter = SnapshotterOf(Run("plugins", "ls").Stdout);
            OciImage.Write(Busybox, Path("busybox.tar"));
            Run("images", "import", "--snapshotter", Snapshotter, Path("busybox.tar"));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public EngineDaemon Daemon { get; }

    public bool UsesShim { get; }

    /// <summary>containerd's namespace, and the cgroup above those of the containers.</summary>
    public string Namespace { get; } = $"runcs-test-ctr-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";

    public string Socket => Path("socket");

    /// <summary>The runtime's state directory for this containerd's containers.</summary>
    public string RuntimeRoot => UsesShim ? DefaultRuntimeRoot : Path("runtime");

    private string Snapshotter { get; } = "";

    public string Path(string name) => System.IO.Path.Combine(_directory, name);

    /// <summary>ctr with these arguments, which must succeed.</summary>
    public Result Run(params string[] arguments) => Try(arguments).Ok();

    public Result Try(params string[] arguments) => Command.Run(Options.Default with { Timeout = Patience.Seconds(60) }, CommandLine(arguments));

    public RunningCommand Start(params string[] arguments) => Command.Start(Options.Default, CommandLine(arguments));

    public string[] CommandLine(params string[] arguments) => [Programs.Find("ctr")!, "--address", Socket, "--namespace", Namespace, .. arguments];

    /// <summary>The arguments of <c>ctr run</c>, for a container of the busybox image.</summary>
    /// <param name="options">Options of <c>ctr run</c>, such as --rm.</param>
    /// <param name="runtime">Another runtime than the one under test.</param>
    public string[] RunArguments(string[] options, string id, string[] command, string? runtime = null) =>
        ["run", .. UsesShim ? (string[])["--runtime", ShimPath.Runtime] : ["--runc-binary", runtime ?? RuntimeUnderTest.Executable, "--runc-root", RuntimeRoot],
            "--snapshotter", Snapshotter, "--fifo-dir", Path("fifo"), .. options, Busybox, id, .. command];

    /// <summary>Starts a container that keeps running.</summary>
    public void Up(string id, string[] options, params string[] command) => Run(RunArguments(["--detach", "--null-io", .. options], id, command));

    /// <summary>Runs a container to its end; ctr's exit code is the program's.</summary>
    public Result Once(string id, string[] options, params string[] command) => Try(RunArguments(["--rm", .. options], id, command));

    private int _execs;

    public Result Exec(string id, params string[] command) => Try(ExecArguments([], id, command));

    public string[] ExecArguments(string[] options, string id, params string[] command) =>
        ["task", "exec", "--exec-id", $"exec-{Interlocked.Increment(ref _execs)}", "--fifo-dir", Path("fifo"), .. options, id, .. command];

    /// <summary>RUNNING, PAUSED, STOPPED, CREATED, or "" without a task.</summary>
    public string Status(string id) => Tasks().GetValueOrDefault(id).Status ?? "";

    /// <summary>The first process of the container.</summary>
    public int Pid(string id) => Tasks()[id].Pid;

    public IReadOnlyDictionary<string, (int Pid, string Status)> Tasks() =>
        Run("task", "ls").Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(words => words[0], words => (int.Parse(words[1]), words[2]));

    public void WaitForStatus(string id, string status) =>
        Eventually.True(() => Status(id) == status, () => $"{id} is {Status(id)}, not {status}: {Daemon.Log}", Patience.Seconds(30));

    /// <summary>Kills and removes a container.</summary>
    public void Remove(string id)
    {
        Try("task", "rm", "--force", id);
        Try("container", "rm", id);
    }

    /// <summary>Fails the test if anything is left of removed containers.</summary>
    public void AssertNothingLeft() => Eventually.True(() => Left().Count == 0, () => $"left:\n{string.Join('\n', Left())}", Patience.Seconds(20));

    private IReadOnlyList<string> Left() =>
    [
        .. Run("task", "ls", "-q").Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(id => "task " + id),
        .. Run("container", "ls", "-q").Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(id => "container " + id),
        .. Leftovers.Cgroups(Namespace).Where(path => System.IO.Path.GetFileName(path) != Namespace).Select(path => "cgroup " + path),
        .. MountTable.Read().Where(mount => MountTable.IsUnder(mount, _directory)).Select(mount => "mount " + mount),
        .. Daemon.Processes().Select(pid => $"process {pid}: {File.ReadAllText($"/proc/{pid}/cmdline").Replace('\0', ' ')}"),
        .. Entries(System.IO.Path.Combine(RuntimeRoot, Namespace)).Select(path => "state " + path),
        .. Entries(Path($"run/io.containerd.runtime.v2.task/{Namespace}")).Select(path => "bundle " + path),
    ];

    public void Dispose()
    {
        try
        {
            foreach (string id in Try("container", "ls", "-q").Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries)) Remove(id);
        }
        catch (TimeoutException)
        {
        }
        finally
        {
            Daemon.Dispose();
            // containerd also cleans up there after a killed shim of ours with another root.
            Scratch.Remove(System.IO.Path.Combine(DefaultRuntimeRoot, Namespace));
            Leftovers.Remove(Namespace);
            Scratch.Remove(_directory);
        }
    }

    private static IEnumerable<string> Entries(string directory) => Directory.Exists(directory) ? Directory.EnumerateFileSystemEntries(directory) : [];

    // overlayfs does not work everywhere; copying does.
    private static string SnapshotterOf(string plugins) =>
        plugins.Split('\n').Any(line => line.Contains(" overlayfs ", StringComparison.Ordinal) && line.TrimEnd().EndsWith("ok", StringComparison.Ordinal)) ? "overlayfs" : "native";
}
