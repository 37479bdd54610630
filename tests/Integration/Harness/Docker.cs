// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>
/// A Docker daemon of a test's own, with the runtime under test: private state, socket and cgroup, no network. Disposing ends
/// it and takes all of it away.
/// </summary>
public sealed class Docker : IDisposable
{
    private readonly string _directory = Scratch.NewDirectory("docker");
    private readonly string _cgroup = $"runcs-test-docker-{Environment.ProcessId}";
    private readonly RunningCommand _daemon;

    private string Socket => Path.Combine(_directory, "socket");

    public Docker()
    {
        Requires.Program("dockerd");
        _daemon = Command.Start(Options.Default, Programs.Find("dockerd")!, "--data-root", Path.Combine(_directory, "data"), "--exec-root", Path.Combine(_directory, "exec"),
            "--pidfile", Path.Combine(_directory, "pid"), "--host", $"unix://{Socket}", "--bridge", "none", "--iptables=false", "--ip-forward=false",
            "--cgroup-parent", _cgroup, "--add-runtime", $"test={RuntimeUnderTest.Executable}", "--default-runtime", "test", "--storage-driver", "vfs");
        Eventually.True(() => Try("version").ExitCode == 0, () => $"no answer from Docker's daemon: {_daemon.Stderr}", Patience.Seconds(60));
    }

    /// <summary>The daemon's client with these arguments.</summary>
    public Result Run(params string[] arguments) => Try(arguments).Ok();

    public Result Try(params string[] arguments) => Command.Run(Options.Default, [Programs.Find("docker")!, "--host", $"unix://{Socket}", .. arguments]);

    /// <summary>Makes an image of a root file system.</summary>
    public void Import(string rootfs, string image) =>
        Command.Run("/bin/sh", "-c", $"tar -C '{rootfs}' -c . | docker --host 'unix://{Socket}' import - {image}").Ok();

    public void Dispose()
    {
        _daemon.Signal(15);
        _daemon.Wait();
        foreach (string hierarchy in Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup"))
        {
            string directory = Path.Combine(hierarchy, _cgroup);
            if (Directory.Exists(directory)) Eventually.True(() => Libc.rmdir(directory) == 0 || !Directory.Exists(directory), $"{directory} is free");
        }
        _daemon.Dispose();
        Scratch.Remove(_directory);
    }
}
