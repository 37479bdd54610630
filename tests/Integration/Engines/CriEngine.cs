// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using Google.Protobuf;
using Runcs.Integration.Cri;

namespace Runcs.Integration;

/// <summary>
/// containerd with its Kubernetes plugin, and the runtime under test configured as in docs/engines.md: in its own network
/// and mount namespace, with its own storage, state, /run and CNI configuration. Disposing stops it with its pods.
/// </summary>
public class CriEngine : IDisposable
{
    public const string Image = "localhost/busybox:1", Handler = "runcs", Plugins = "/usr/lib/cni";
    private const string PauseImage = "localhost/pause:1";

    // The fixed paths of containerd and CNI become private. It is not process 1 of a pid namespace, so it is stopped by
    // its pid.
    private const string Start = """
        mkdir -p /run/containerd /run/netns /var/lib/cni
        mount -t tmpfs tmpfs /run/containerd && mount -t tmpfs tmpfs /run/netns && mount -t tmpfs tmpfs /var/lib/cni || exit 1
        exec "$@"
        """;

    private readonly string _directory = Scratch.NewDirectory("cri");
    private readonly RunningCommand? _daemon;
    private readonly CriClient? _client;
    private int _pods;

    public CriEngine() : this(Snippet.Of("kubernetes-containerd"), usesShim: false)
    {
    }

    /// <param name="runtimes">The tables of the runtimes.</param>
    /// <param name="usesShim">Our shim is on PATH.</param>
    protected CriEngine(string runtimes, bool usesShim)
    {
        if (Missing != null) return;
        Directory.CreateDirectory(Path("networks"));
        File.WriteAllText(Path("networks/10-test.conflist"), $$"""
            {
              "cniVersion": "0.4.0", "name": "test",
              "plugins": [{ "type": "ptp", "mtu": 1400, "ipam": { "type": "host-local", "subnet": "10.213.0.0/24", "dataDir": "{{Path("addresses")}}" } }]
            }
            """);
        string overlay = new DriveInfo(_directory).DriveFormat.StartsWith("overlay", StringComparison.Ordinal) ? "native" : "overlayfs";
        File.WriteAllText(Path("config.toml"), $"""
            version = 2
            root = "{Path("root")}"
            state = "{Path("state")}"
            disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.aufs", "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing"]
            [grpc]
            address = "{Socket}"
            [plugins."io.containerd.internal.v1.opt"]
            path = "{Path("opt")}"
            [plugins."io.containerd.grpc.v1.cri"]
            sandbox_image = "{PauseImage}"
            # Without CAP_SYS_RESOURCE nobody's score gets better.
            restrict_oom_score_adj = true
            netns_mounts_under_state_dir = true
            [plugins."io.containerd.grpc.v1.cri".cni]
            bin_dir = "{Plugins}"
            conf_dir = "{Path("networks")}"
            [plugins."io.containerd.grpc.v1.cri".containerd]
            snapshotter = "{overlay}"
            {runtimes.Replace("SystemdCgroup = true", "SystemdCgroup = false", StringComparison.Ordinal)}
            """);
        _daemon = Command.Start(Options.Default with { Environment = usesShim ? ShimPath.Environment(_directory) : Options.Default.Environment }, "unshare", "--mount", "--net", "--propagation", "private", "/bin/sh", "-c", Start, "sh",
            Programs.Find("containerd")!, "--config", Path("config.toml"));
        _client = new CriClient(Socket);
        try
        {
            Eventually.True(() => _daemon.HasExited || IsReady(), () => $"no answer from containerd: {_daemon.Stderr}", Patience.Seconds(30));
            Import(Image, "/bin/sh");
            Import(PauseImage, "/bin/sleep", "1000000");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The missing requirement on this machine; null for none.</summary>
    public static string? Missing => Libc.geteuid() != 0 ? "root"
        : Array.Find(["containerd", "containerd-shim-runc-v2", "ctr", "unshare"], name => Programs.Find(name) == null) ?? (File.Exists($"{Plugins}/ptp") ? null : "containernetworking-plugins");

    private string Socket => Path("socket");

    public static void Require()
    {
        Requires.That(Missing == null, $"needs {Missing} (for containerd's CRI plugin)");
        Requires.CgroupV1();
    }

    public string Path(string name) => System.IO.Path.Combine(_directory, name);

    public TResponse Call<TResponse>(IMessage request) where TResponse : IMessage<TResponse>, new() => _client!.Call<TResponse>(request);

    /// <summary>A running pod with this configuration; the handler is a RuntimeClass's.</summary>
    public Pod RunPod(Action<PodSandboxConfig>? edit = null)
    {
        string name = $"pod{++_pods}";
        PodSandboxConfig config = new()
        {
            Metadata = new() { Name = name, Uid = $"{name}-{Environment.ProcessId}", Namespace = "tests" },
            Hostname = name,
            LogDirectory = Directory.CreateDirectory(Path($"logs-{name}")).FullName,
            Linux = new() { CgroupParent = $"/runcs-test-cri-{Environment.ProcessId}-{name}", SecurityContext = new() { NamespaceOptions = new() { Pid = NamespaceMode.Container } } },
        };
        edit?.Invoke(config);
        return new(this, config, Call<RunPodSandboxResponse>(new RunPodSandboxRequest { Config = config, RuntimeHandler = Handler }).PodSandboxId);
    }

    /// <summary>Fails if anything of pods is left: of the runtime, of containerd, or in the kernel.</summary>
    public void AssertNothingLeft(string cgroup)
    {
        Eventually.True(() => !Left(cgroup).Any(), () => $"left:\n{string.Join('\n', Left(cgroup))}");
    }

    /// <summary>The programs of the shims that run.</summary>
    public IReadOnlyList<string> ShimPrograms() => [.. Shims().Select(pid => new FileInfo($"/proc/{pid}/exe").LinkTarget ?? "")];

    public virtual void Dispose()
    {
        if (_daemon != null)
        {
            foreach (string id in Try<ListPodSandboxResponse>(new ListPodSandboxRequest())?.Items.Select(item => item.Id) ?? [])
            {
                Try<StopPodSandboxResponse>(new StopPodSandboxRequest { PodSandboxId = id });
                Try<RemovePodSandboxResponse>(new RemovePodSandboxRequest { PodSandboxId = id });
            }
            _client!.Dispose();
            foreach (int shim in Shims())
                Libc.kill(shim, Libc.SIGKILL);
            _daemon.Signal(15);
            _daemon.Wait();
            _daemon.Dispose();
        }
        Leftovers.Remove($"runcs-test-cri-{Environment.ProcessId}");
        Scratch.Remove(_directory);
        GC.SuppressFinalize(this);
    }

    private bool IsReady() => Try<StatusResponse>(new StatusRequest())?.Status.Conditions.All(condition => condition.Status) ?? false;

    private TResponse? Try<TResponse>(IMessage request) where TResponse : class, IMessage<TResponse>, new()
    {
        try
        {
            return Call<TResponse>(request);
        }
        catch (Exception exception) when (exception is CriException or HttpRequestException or SocketException)
        {
            return null;
        }
    }

    private void Import(string image, params string[] command)
    {
        OciImage.Write(image, Path("image.tar"), command);
        Ctr("images", "import", "--no-unpack", Path("image.tar"));
        // The plugin notices the image after a while.
        Eventually.True(() => Ctr("images", "list", $"name=={image}").Stdout.Contains("io.cri-containerd.image=managed", StringComparison.Ordinal), $"the plugin knows {image}");
    }

    private Result Ctr(params string[] arguments) => Command.Run([Programs.Find("ctr")!, "--address", Socket, "--namespace", "k8s.io", .. arguments]).Ok();

    private IEnumerable<string> Left(string cgroup)
    {
        // containerd's view of its private paths.
        string process = $"/proc/{_daemon!.Pid}", root = $"{process}/root";
        return
        [
            .. Shims().Select(pid => $"process {pid}"),
            .. Entries($"{root}/run/containerd/runc/k8s.io"), .. Entries($"{root}/run/containerd/s"), .. Entries(Path("state/io.containerd.grpc.v1.cri/netns")),
            .. Entries(Path("state/io.containerd.runtime.v2.task/k8s.io")), .. Entries(Path("addresses/test")).Where(file => file.Contains("/10.", StringComparison.Ordinal)),
            .. File.ReadLines($"{process}/net/dev").Where(line => line.Contains("veth", StringComparison.Ordinal)),
            .. File.ReadLines($"{process}/mountinfo").Where(line => line.Contains(Path("state/"), StringComparison.Ordinal)),
            // The pod's own directory belongs to the kubelet; containerd's are below it.
            .. Directory.GetDirectories("/sys/fs/cgroup").Select(hierarchy => hierarchy + cgroup).Where(Directory.Exists).SelectMany(Directory.GetDirectories),
        ];
    }

    private static string[] Entries(string directory) => Directory.Exists(directory) ? Directory.GetFileSystemEntries(directory) : [];

    // A shim has the daemon's socket in its arguments.
    private IEnumerable<int> Shims()
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(System.IO.Path.GetFileName(directory), out int pid)) continue;
            string line;
            try
            {
                line = File.ReadAllText($"{directory}/cmdline");
            }
            catch (IOException)
            {
                continue;
            }
            if (line.Contains("containerd-shim", StringComparison.Ordinal) && line.Contains(Socket, StringComparison.Ordinal)) yield return pid;
        }
    }
}
