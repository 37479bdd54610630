// SPDX-License-Identifier: Apache-2.0

namespace Runcs.Integration;

/// <summary>Podman of an ordinary user, with the runtime under test by its own name and by those of runc and crun.</summary>
[OnAnyRuntime]
public sealed class RootlessPodmanTests : IClassFixture<RootlessPodman>
{
    private const string Sleep = "trap 'exit 3' TERM; echo begun; while :; do sleep 0.05; done";
    private readonly RootlessPodman _podman;

    public RootlessPodmanTests(RootlessPodman podman)
    {
        RootlessPodman.Require();
        _podman = podman;
    }

    [Theory]
    [InlineData("runcs")]
    [InlineData("runc")]
    [InlineData("crun")]
    public void Run_exec_logs_stop_start_and_rm(string name)
    {
        Assert.Equal("out\n", _podman.Try("--runtime", name, "run", "--rm", "--network", "none", Podman.Image, "/bin/sh", "-c", "echo out; exit 7").Exits(7).Stdout);
        string id = _podman.Run("--runtime", name, "run", "--detach", "--network", "none", Podman.Image, "/bin/sh", "-c", Sleep).Stdout.Trim();
        Assert.Contains($"\nUid:\t{_podman.User.Uid}\t", _podman.Status(id), StringComparison.Ordinal);
        Assert.Equal("0\n/tmp\n", _podman.Try("exec", "--workdir", "/tmp", id, "/bin/sh", "-c", "id -u; pwd; exit 9").Exits(9).Stdout);
        Assert.Equal("1000\n", _podman.Run("exec", "--user", "1000", id, "id", "-u").Stdout);
        Assert.Contains("executable file not found in $PATH", _podman.Try("exec", id, "nosuch").Exits(127).Stderr, StringComparison.Ordinal);
        Assert.Equal("begun\n", _podman.Run("logs", id).Stdout);
        Assert.Contains("/bin/sh -c", _podman.Run("top", id).Stdout, StringComparison.Ordinal);
        _podman.Run("stop", id);
        Assert.Equal(("exited", 3), ((string?)_podman.Inspect(id)["State"]!["Status"], (int)_podman.Inspect(id)["State"]!["ExitCode"]!));
        _podman.AssertGone(id);
        _podman.Run("start", id);
        _podman.Run("kill", id);
        Assert.Equal("137\n", _podman.Run("wait", id).Stdout);
        _podman.Run("rm", id);
    }

    [Fact]
    public void Programs_that_cannot_be_run_have_their_exit_codes()
    {
        Assert.Contains("executable file not found in $PATH", _podman.Try("run", "--rm", "--network", "none", Podman.Image, "nosuch").Exits(127).Stderr, StringComparison.Ordinal);
        Assert.Contains("permission denied", _podman.Try("run", "--rm", "--network", "none", Podman.Image, "/etc").Exits(126).Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Users_groups_and_id_maps()
    {
        Assert.Equal(["0", $"0 {_podman.User.Uid} 1", $"1 {_podman.User.FirstSubId} 65536"], Lines([], "id -u; awk '{print $1, $2, $3}' /proc/self/uid_map"));
        Assert.Equal(["1000", "1000 5", "CapEff:\t0000000000000000", "Seccomp:\t2"], Lines(["--user", "1000:1000", "--group-add", "5"], "id -u; id -G; grep -E 'CapEff|Seccomp:' /proc/self/status"));
        Assert.Equal([$"{_podman.User.Uid}"], Lines(["--userns", "keep-id"], "id -u"));
        Assert.Equal(["0 1 1000"], Lines(["--uidmap", "0:1:1000"], "awk '{print $1, $2, $3}' /proc/self/uid_map"));
    }

    [Fact]
    public void Terminals()
    {
        // When the leader of a session exits, the kernel discards what it has not passed on yet (tty_ldisc_hangup()).
        Assert.Equal("/dev/pts/0\r\n", _podman.Run("run", "--rm", "--network", "none", "--tty", Podman.Image, "/bin/sh", "-c", "tty; sleep 0.5").Stdout);
        string id = _podman.Background("--network", "none", "--tty", "--user", "1000", Podman.Image, "/bin/sh", "-c", Sleep);
        Assert.Equal("/dev/pts/1\r\n1000\r\n", _podman.Run("exec", "--tty", id, "/bin/sh", "-c", "tty; stat -c %u $(tty); sleep 0.5").Stdout);
    }

    [Fact]
    public void Mounts_volumes_devices_and_the_hosts_namespaces()
    {
        string volume = Directory.CreateDirectory(_podman.Path("home/volume")).FullName;
        _podman.User.Give(volume);
        Assert.Equal(["read-only", "written", "hole", "42"], Lines(["--read-only", "--tmpfs", "/scratch", "--volume", $"{volume}:/rw", "--device", "/dev/null:/dev/hole", "--sysctl", "net.ipv4.ip_default_ttl=42"],
            "(echo x > /x) 2> /dev/null || echo read-only; echo x > /scratch/x && echo x > /rw/x && echo written; echo x > /dev/hole && echo hole; cat /proc/sys/net/ipv4/ip_default_ttl"));
        Assert.Equal($"{_podman.User.Uid}\n", Command.Run("stat", "-c", "%u", $"{volume}/x").Ok().Stdout);
        // The host's network: its sysfs is bound, since the kernel mounts none for a user who does not own that network.
        Assert.Contains("lo", _podman.Run("run", "--rm", "--network", "host", "--pid", "host", "--uts", "host", Podman.Image, "/bin/ls", "/sys/class/net").Stdout, StringComparison.Ordinal);
        Assert.Equal(["Seccomp:\t0"], Lines(["--privileged"], "grep Seccomp: /proc/self/status"));
    }

    [Fact]
    public void A_pod()
    {
        Requires.Program("catatonit");
        _podman.Run("pod", "create", "--name", "pod", "--network", "none", "--share", "net,ipc,pid,uts", "--hostname", "pod");
        string first = _podman.Background("--pod", "pod", Podman.Image, "/bin/sh", "-c", Sleep);
        Assert.StartsWith("pod\n", _podman.Run("run", "--rm", "--pod", "pod", Podman.Image, "/bin/sh", "-c", "hostname; ps -o args").Stdout, StringComparison.Ordinal);
        Assert.Equal("pod\n", _podman.Run("exec", first, "hostname").Stdout);
        _podman.Run("stop", first);
        Assert.Equal(3, (int)_podman.Inspect(first)["State"]!["ExitCode"]!);
        _podman.Run("pod", "rm", "--force", "--time", "0", "pod");
        _podman.AssertGone(first);
    }

    [Fact]
    public void Cgroups_disabled()
    {
        // Podman knows of crun alone that it can do without cgroups.
        Requires.Runcs();
        Assert.Equal("hello\n", _podman.Run("--runtime", "crun", "run", "--rm", "--network", "none", "--cgroups", "disabled", Podman.Image, "echo", "hello").Stdout);
    }

    [Fact]
    public void A_network_by_slirp4netns()
    {
        Requires.Program("slirp4netns");
        Requires.That(Command.Run([.. _podman.Prefix, "test", "-w", "/dev/net/tun"]).ExitCode == 0, "needs a /dev/net/tun that users can write to");
        Assert.Contains("10.0.2.100/24", _podman.Run("run", "--rm", "--network", "slirp4netns", Podman.Image, "ip", "addr", "show", "tap0").Stdout, StringComparison.Ordinal);
    }

    private string[] Lines(string[] flags, string script) =>
        _podman.Run(["run", "--rm", "--network", "none", .. flags, Podman.Image, "/bin/sh", "-c", script]).Stdout.TrimEnd('\n').Split('\n');
}
