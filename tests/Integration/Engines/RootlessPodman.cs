// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// Podman of an ordinary user with the runtime under test by three names, with private storage and state, and one image. Disposing
/// removes its containers, ends the user's processes and removes all of these.
/// </summary>
public sealed class RootlessPodman : IDisposable
{
    // Of a user that no other test has.
    private const int Uid = 424231;

    // With a TUN device for everyone, as udev has it: slirp4netns(1) opens it.
    private const string Machine = "[ ! -e /dev/net/tun ] || { mknod -m 666 $0 c 10 200 && mount --bind $0 /dev/net/tun; }; sleep infinity & wait";

    private static readonly string[] _names = ["runcs", "runc", "crun"];

    // A short name: the cleanup process refuses a runroot of more than 50 characters, and Podman waits 20 seconds for it.
    private readonly string _directory = Scratch.NewDirectory("rootless");
    private readonly OrdinaryUser? _user;
    private readonly RunningCommand? _machine;
    private readonly int _init;

    public RootlessPodman()
    {
        // Each test skips with the reason: a fixture cannot skip.
        if (Missing != null) return;
        _user = OrdinaryUser.WithRanges(_directory, Uid);
        Directory.CreateDirectory(Path("bin"));
        // The user need not be able to reach the tree that the tests run in.
        foreach (string name in _names) Programs.Copy(RuntimeUnderTest.Executable, Path($"bin/{name}"));
        File.WriteAllText(Path("containers.conf"), $"""
            [engine]
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            runtime = "runcs"
            runtime_supports_json = ["{string.Join("\", \"", _names)}"]
            [engine.runtimes]
            {string.Join('\n', _names.Select(name => $"{name} = [\"{Path($"bin/{name}")}\"]"))}
            [containers]
            # Podman asks for more than a caller without CAP_SYS_RESOURCE has to give.
            default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
            """);
        File.WriteAllText(Path("storage.conf"), $"""
            [storage]
            driver = "{(new DriveInfo(_directory).DriveFormat.StartsWith("overlay", StringComparison.Ordinal) ? "vfs" : "overlay")}"
            graphroot = "{Path("home/storage")}"
            runroot = "{Path("run/containers")}"
            """);
        OciImage.Write(Podman.Image, Path("image.tar"));
        // All processes that Podman leaves behind end with their pid namespace.
        _machine = Command.Start(Options.Default, "unshare", "--mount", "--propagation", "private", "--pid", "--mount-proc", "--fork", "--kill-child", "/bin/bash", "-c", Machine, Path("tun"));
        Eventually.True(() => FirstChild(_machine.Pid) != 0, "it has a first process");
        _init = FirstChild(_machine.Pid);
        foreach (string own in (string[])["home", "run", "tmp"]) User.Give(Directory.CreateDirectory(Path(own)).FullName);
        Run("load", "--input", Path("image.tar"));
    }

    public OrdinaryUser User => _user ?? throw new InvalidOperationException("it could not be set up");

    private static string? Missing => Podman.Missing ?? (Programs.Find("newuidmap") == null ? "newuidmap" : null);

    /// <summary>Runs a command as the user, on this machine.</summary>
    public string[] Prefix => ["nsenter", "--target", $"{_init}", "--mount", "--pid", "--", .. User.Prefix];

    public static void Require()
    {
        Requires.That(Missing == null, $"needs {Missing} (for Podman)");
        Requires.UserNamespaces();
    }

    public string Path(string name) => System.IO.Path.Combine(_directory, name);

    public Result Run(params string[] arguments) => Try(arguments).Ok();

    public Result Try(params string[] arguments) => Command.Run(Options.Default with
    {
        Timeout = Patience.Seconds(60),
        Environment = new Dictionary<string, string?>
        {
            ["HOME"] = Path("home"),
            ["XDG_RUNTIME_DIR"] = Path("run"),
            ["TMPDIR"] = Path("tmp"),
            ["CONTAINERS_CONF"] = Path("containers.conf"),
            ["CONTAINERS_STORAGE_CONF"] = Path("storage.conf"),
        },
    }, [.. Prefix, Programs.Find("podman")!, .. arguments]);

    /// <summary>The lines of /proc/PID/status of a container's first process.</summary>
    public string Status(string id) => File.ReadAllText($"/proc/{_init}/root/proc/{(int)Inspect(id)["State"]!["Pid"]!}/status");

    /// <summary>A container of the test's image in the background, without a network; returns its id.</summary>
    public string Background(params string[] arguments) => Run(["run", "--detach", .. arguments]).Stdout.Trim();

    public JsonNode Inspect(string name) => JsonNode.Parse(Run("inspect", name).Stdout)![0]!;

    /// <summary>Fails if the runtime still has a removed container.</summary>
    public void AssertGone(string id)
    {
        Assert.DoesNotContain(_names, name => Directory.Exists(Path($"run/{name}/{id}")));
        Eventually.True(() => !Leftovers.Cgroups($"libpod-{id}").Any(), () => $"left: {string.Join(' ', Leftovers.Cgroups($"libpod-{id}"))}");
    }

    public void Dispose()
    {
        if (_user == null)
        {
            Scratch.Remove(_directory);
            return;
        }
        try
        {
            Try("pod", "rm", "--all", "--force", "--time", "0");
            Try("rm", "--all", "--force", "--depend", "--time", "0", "--volumes");
        }
        finally
        {
            _machine!.Dispose();
            Eventually.True(() => !Directory.Exists($"/proc/{_init}"), "all processes have ended");
            Scratch.Remove(_directory);
        }
    }

    private static int FirstChild(int pid) =>
        int.TryParse(File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture, out int child) ? child : 0;
}
