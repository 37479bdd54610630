// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// Podman with the runtime under test, configured as in docs/engines.md: private storage, state, locks and cgroup, and
/// one image. Disposing removes its containers and all of these.
/// </summary>
public class Podman : IDisposable
{
    public const string Image = "localhost/busybox:1";

    // Podman's own cgroup for pods without a given parent (play kube).
    private const string CommonParent = "libpod_parent";

    private static int _count;
    private readonly string _directory = Scratch.NewDirectory("podman");
    private readonly string _parent = $"runcs-test-podman-{System.Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
    private readonly bool _ready;

    public Podman()
        : this(_ => Snippet.Of("podman"))
    {
    }

    /// <param name="configure">From a private directory to the configuration, as in docs/engines.md.</param>
    protected Podman(Func<string, string> configure)
    {
        // Each test skips with the reason: a fixture cannot skip.
        if (Missing != null) return;
        string configuration = configure(_directory).Replace("[engine]\n", $"""
            [engine]
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            lock_type = "file"
            tmp_dir = "{Path("tmp")}"

            """, StringComparison.Ordinal);
        File.WriteAllText(Path("containers.conf"), $"""
            {configuration}
            [containers]
            # Podman asks for more than a caller without CAP_SYS_RESOURCE has to give.
            default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
            [network]
            network_config_dir = "{Path("networks")}"
            """);
        File.WriteAllText(Path("storage.conf"), $"""
            [storage]
            driver = "{(new DriveInfo(_directory).DriveFormat.StartsWith("overlay", StringComparison.Ordinal) ? "vfs" : "overlay")}"
            graphroot = "{Path("storage")}"
            runroot = "{Path("run")}"
            """);
        OciImage.Write(Image, Path("image.tar"));
        Run("load", "--input", Path("image.tar"));
        _ready = true;
    }

    /// <summary>The missing requirement of Podman on this machine; null for none.</summary>
    public static string? Missing => Libc.geteuid() != 0 ? "root" : Array.Find(["podman", "conmon"], name => Programs.Find(name) == null);

    public static void Require()
    {
        Requires.That(Missing == null, $"needs {Missing} (for Podman)");
        Requires.CgroupV1();
    }

    /// <summary>The parent of the containers' cgroups in each hierarchy.</summary>
    public string CgroupParent => _parent;

    public string Path(string name) => System.IO.Path.Combine(_directory, name);

    public Result Run(params string[] arguments) => Try(arguments).Ok();

    public Result Try(params string[] arguments) => Try(Options.Default, arguments);

    /// <summary>Runs podman with these arguments; containers and pods have no network and are below the test's cgroup.</summary>
    public Result Try(Options options, params string[] arguments) => Command.Run(Environment(options), CommandLine(arguments));

    public RunningCommand Start(Options options, params string[] arguments) => Command.Start(Environment(options), CommandLine(arguments));

    /// <summary>A container of the test's image in the background; returns its id.</summary>
    public string Background(params string[] arguments) => Run(["run", "--detach", .. arguments]).Stdout.Trim();

    public JsonNode Inspect(string name) => JsonNode.Parse(Run("inspect", name).Stdout)![0]!;

    public void WaitForState(string name, string state) =>
        Eventually.True(() => (string?)Inspect(name)["State"]!["Status"] == state, () => $"{name} is {state}: {Inspect(name)["State"]}");

    /// <summary>The content of the container's file in a cgroup hierarchy.</summary>
    public string Cgroup(string id, string controller, string file) =>
        File.ReadAllText($"/sys/fs/cgroup/{controller}/{_parent}/libpod-{id}/{file}").TrimEnd('\n');

    /// <summary>Fails if the runtime or the kernel still has anything of a removed container.</summary>
    public void AssertGone(string id)
    {
        // Podman passes no --root: the runtime uses its default.
        string state = $"/run/{System.IO.Path.GetFileName(RuntimeUnderTest.Executable)}/{id}";
        Assert.False(Directory.Exists(state), $"{state} is left");
        Eventually.True(() => !Leftovers.Cgroups($"libpod-{id}").Any(), () => $"left: {string.Join(' ', Leftovers.Cgroups($"libpod-{id}"))}");
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (_ready)
        {
            Try("pod", "rm", "--all", "--force", "--time", "0");
            Try("rm", "--all", "--force", "--depend", "--time", "0", "--volumes");
        }
        // The containers' monitors end after them, with a delay.
        Leftovers.Remove(_parent);
        RemoveEmpty(CommonParent);
        Scratch.Remove(_directory);
    }

    // The containers of another Podman keep theirs.
    private static void RemoveEmpty(string cgroup)
    {
        foreach (string top in Directory.GetDirectories("/sys/fs/cgroup").Select(hierarchy => System.IO.Path.Combine(hierarchy, cgroup)).Where(Directory.Exists))
        {
            foreach (string directory in Directory.EnumerateDirectories(top, "*", SearchOption.AllDirectories).Prepend(top).OrderByDescending(path => path.Length))
                Libc.rmdir(directory);
        }
    }

    /// <summary>The options with the environment that selects this test's configuration.</summary>
    public Options Environment(Options options) => options with
    {
        Timeout = Patience.Seconds(60),
        Environment = new Dictionary<string, string?>(options.Environment)
        {
            ["CONTAINERS_CONF"] = Path("containers.conf"),
            ["CONTAINERS_STORAGE_CONF"] = Path("storage.conf"),
            ["TMPDIR"] = _directory,
        },
    };

    private string[] CommandLine(string[] arguments)
    {
        string[] common = ["--network", "none", "--cgroup-parent", $"/{_parent}"];
        string[] line = arguments switch
        {
            ["run" or "create", .. string[] rest] => [arguments[0], .. rest.Contains("--pod") ? [] : rest.Contains("--cgroups") ? common[..2] : rest.Any(argument => argument.StartsWith("--network", StringComparison.Ordinal)) ? common[2..] : common, .. rest],
            ["pod", "create", .. string[] rest] => ["pod", "create", .. common, .. rest],
            _ => arguments,
        };
        return [Programs.Find("podman")!, .. line];
    }
}
