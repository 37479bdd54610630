// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Harness;

/// <summary>
/// A test's own Docker daemon, with the runtime under test as its default: private state, socket and cgroup, no network,
/// and an image "busybox". Disposing stops it and removes all of it.
/// </summary>
public sealed class Docker : IDisposable
{
    private static int _count;
    private readonly string _directory;
    private readonly string _cgroup = $"runcs-test-docker-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
    private readonly Options _client;

    /// <param name="runtime">The path in daemon.json, if not that of the runtime under test.</param>
    /// <param name="firstSubordinate">The host id of root in the containers; 0 for no user namespaces.</param>
    /// <param name="usesShim">With our own shim in the place of runc's: 20.10 takes no other.</param>
    public Docker(string? runtime = null, int firstSubordinate = 0, bool usesShim = false)
    {
        Requires.Program("dockerd");
        Requires.Program("docker");
        _directory = Scratch.NewDirectory("docker");
        _client = Options.Default with
        {
            Timeout = Patience.Seconds(60),
            // The client's own settings, and the daemon's builder.
            Environment = new Dictionary<string, string?> { ["DOCKER_CONFIG"] = Path("client"), ["DOCKER_BUILDKIT"] = "0", ["DOCKER_HOST"] = null, ["DOCKER_CONTEXT"] = null },
        };
        JsonNode configuration = JsonNode.Parse(Snippet.Of("docker", executable: runtime))!;
        configuration["runtimes"]!["runcs-debug"] = JsonNode.Parse(Snippet.Of("docker-debug"))!["runtimes"]!["runcs-debug"]!.DeepClone();
        configuration["live-restore"] = true;
        if (usesShim) configuration["default-runtime"] = "runc";
        File.WriteAllText(Path("daemon.json"), configuration.ToJsonString());
        Daemon = new(_directory, Options.Default with { Environment = usesShim ? ShimPath.Environment(_directory, "containerd-shim-runc-v2") : Options.Default.Environment }, [.. Remapping(firstSubordinate), Programs.Find("dockerd")!, "--config-file", Path("daemon.json"), "--data-root", Path("data"), "--exec-root", Path("exec"),
            "--pidfile", Path("pid"), "--host", $"unix://{Socket}", "--bridge", "none", "--iptables=false", "--ip6tables=false", "--ip-forward=false",
            "--cgroup-parent", $"/{_cgroup}"], () => Try("version").ExitCode == 0);
        try
        {
            Daemon.WaitUntilUp();
            Rootfs.Make(Directory.CreateDirectory(Path("busybox")).FullName);
            Import(Path("busybox"), "busybox");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public EngineDaemon Daemon { get; }

    /// <summary>The cgroup above those of the containers.</summary>
    public string Cgroup => _cgroup;

    private string Socket => Path("socket");

    public string Path(string name) => System.IO.Path.Combine(_directory, name);

    /// <summary>The daemon's client with these arguments, which must succeed.</summary>
    public Result Run(params string[] arguments) => Try(arguments).Ok();

    public Result Try(params string[] arguments) => Command.Run(_client, CommandLine(arguments));

    public Result Try(byte[] stdin, params string[] arguments) => Command.Run(_client with { Stdin = stdin }, CommandLine(arguments));

    public string[] CommandLine(params string[] arguments) => [Client, "--host", $"unix://{Socket}", .. arguments];

    /// <summary>Runs a container of the busybox image to its end, and removes it.</summary>
    public Result Once(string[] options, params string[] command) => Try(["run", "--rm", "--network", "none", .. options, "busybox", .. command]);

    /// <summary>Starts a container of the busybox image that keeps running.</summary>
    public DockerContainer Up(string[] options, params string[] command) => new(this, options, command);

    /// <summary>Makes an image from a root file system.</summary>
    public void Import(string rootfs, string image) =>
        Command.Run(_client, "/bin/sh", "-c", $"tar -C '{rootfs}' -c . | '{Client}' --host 'unix://{Socket}' import - {image}").Ok();

    // "userns-remap" reads a user's ids from files of the host: others are mounted over them, visible only to this
    // daemon.
    private string[] Remapping(int first)
    {
        if (first == 0) return [];
        foreach (string file in (string[])["/etc/subuid", "/etc/subgid"]) Requires.That(File.Exists(file), $"needs {file}");
        File.WriteAllText(Path("subordinate"), $"daemon:{first}:65536\n");
        return
        [
            "/usr/bin/unshare", "--mount", "/bin/sh", "-c", "mount --bind \"$0\" /etc/subuid && mount --bind \"$0\" /etc/subgid && exec \"$@\" --userns-remap daemon", Path("subordinate"),
        ];
    }

    public void Dispose()
    {
        try
        {
            string[] left = Try("ps", "--all", "--quiet").Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (left.Length > 0) Try(["rm", "--force", "--volumes", .. left]);
        }
        catch (TimeoutException)
        {
        }
        finally
        {
            Daemon.Dispose();
            Leftovers.Remove(_cgroup);
            Scratch.Remove(_directory);
        }
    }

    // The one from the daemon's package, regardless of PATH.
    private static string Client => File.Exists("/usr/bin/docker") ? "/usr/bin/docker" : Programs.Find("docker")!;
}
