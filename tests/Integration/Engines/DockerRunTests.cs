// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary><c>docker run</c> with the runtime under test as the daemon's default: the effect of each option.</summary>
[OnAnyRuntime]
[Collection(DockerFixture.Name)]
public sealed class DockerRunTests(DockerFixture fixture)
{
    private readonly Docker _docker = fixture.Docker;

    [Fact]
    public void Output_input_and_exit_code_come_through()
    {
        Result result = _docker.Try("typed\n"u8.ToArray(), "run", "--rm", "--interactive", "--network", "none", "--hostname", "named", "--env", "A=b", "--workdir", "/new/place",
            "--add-host", "other:10.0.0.1", "busybox", "sh", "-c", "cat; hostname; echo $A; pwd; grep -c other /etc/hosts; echo oops >&2; exit 7");
        Assert.Equal((7, "typed\nnamed\nb\n/new/place\n1\n", "oops\n"), (result.ExitCode, result.Stdout, result.Stderr));
        Assert.Equal("runcs", _docker.Run("info", "--format", "{{.DefaultRuntime}}").Stdout.TrimEnd());
    }

    [Fact]
    public void Volumes()
    {
        string shared = Directory.CreateDirectory(_docker.Path("shared")).FullName;
        File.WriteAllText(Path.Combine(shared, "file"), "of the host\n");
        using DockerContainer container = _docker.Up(["--volume", $"{shared}:/shared", "--volume", $"{shared}/file:/one/file:ro", "--volume", "named:/named", "--volume", "/anonymous",
            "--tmpfs", "/small:size=1m,mode=1777", "--mount", $"type=bind,source={shared},target=/readonly,readonly,bind-propagation=rprivate"], "sleep", "1000");
        Result result = container.Exec("sh", "-c", "cat /one/file; echo kept > /named/file; echo x > /anonymous/x; echo written > /shared/written; df -k /small | tail -n 1 | tr -s ' ' | cut -d ' ' -f 2; touch /one/file /readonly/x");
        Assert.Equal("of the host\n1024\n", result.Stdout);
        Assert.Equal("touch: /one/file: Read-only file system\ntouch: /readonly/x: Read-only file system\n", result.Stderr);
        Assert.Equal("written\n", File.ReadAllText(Path.Combine(shared, "written")));
        Assert.Equal("kept\nx\n", _docker.Once(["--volumes-from", container.Name], "cat", "/named/file", "/anonymous/x").Ok().Stdout);
    }

    [Fact]
    public void An_oom_kill_is_reported()
    {
        Requires.CgroupV1("memory/memory.memsw.limit_in_bytes");
        using DockerContainer container = _docker.Up(["--memory", "16m", "--memory-swap", "16m"], "tail", "/dev/zero");
        container.WaitForStatus("exited");
        Assert.Equal(("true", "137"), (container.Inspect(".State.OOMKilled"), container.Inspect(".State.ExitCode")));
        // Also for a command run by exec, while the program keeps running.
        using DockerContainer other = _docker.Up(["--memory", "16m", "--memory-swap", "16m"], "sleep", "1000");
        Assert.Equal(137, other.Exec("tail", "/dev/zero").ExitCode);
        Assert.Equal("running", other.Status);
    }

    [Fact]
    public void Limits_are_the_cgroups()
    {
        Requires.CgroupV1("memory/memory.memsw.limit_in_bytes");
        using DockerContainer container = _docker.Up(["--memory", "64m", "--memory-reservation", "32m", "--memory-swap", "128m", "--cpus", "0.5", "--cpu-shares", "512", "--cpuset-cpus", "0",
            "--pids-limit", "9", "--ulimit", "nofile=100:200", "--oom-score-adj", "500", "--shm-size", "2m"], "sleep", "1000");
        Assert.Equal("67108864", container.CgroupFile("memory", "memory.limit_in_bytes"));
        Assert.Equal("33554432", container.CgroupFile("memory", "memory.soft_limit_in_bytes"));
        Assert.Equal("134217728", container.CgroupFile("memory", "memory.memsw.limit_in_bytes"));
        Assert.Equal(("50000", "100000"), (container.CgroupFile("cpu", "cpu.cfs_quota_us"), container.CgroupFile("cpu", "cpu.cfs_period_us")));
        Assert.Equal(("512", "0", "9"), (container.CgroupFile("cpu", "cpu.shares"), container.CgroupFile("cpuset", "cpuset.cpus"), container.CgroupFile("pids", "pids.max")));
        Result result = container.Exec("sh", "-c", "ulimit -n; ulimit -Hn; cat /proc/1/oom_score_adj; df -k /dev/shm | tail -n 1 | tr -s ' ' | cut -d ' ' -f 2; nproc");
        Assert.Equal("100\n200\n500\n2048\n1\n", result.Ok().Stdout);
        Assert.Contains("can't fork", container.Exec("sh", "-c", "for i in 1 2 3 4 5 6 7 8 9; do sleep 1 & done").Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Devices()
    {
        using DockerContainer container = _docker.Up(["--device", "/dev/null:/dev/other:r", "--device", "/dev/zero:/dev/deep/zero", "--device-cgroup-rule", "c 1:11 r"], "sleep", "1000");
        Result result = container.Exec("sh", "-c", "stat -c %t:%T /dev/other /dev/deep/zero; head -c 3 /dev/deep/zero | wc -c; mknod /disk b 7 0; cat /disk");
        Assert.StartsWith("1:3\n1:5\n3\n", result.Stdout, StringComparison.Ordinal);
        Assert.Contains("can't open '/disk': Operation not permitted", result.Stderr, StringComparison.Ordinal);
        if (Directory.Exists("/sys/fs/cgroup/devices")) Assert.Contains("c 1:11 r", container.CgroupFile("devices", "devices.list").Split('\n'));
    }

    [Fact]
    public void A_read_only_root_and_an_init()
    {
        Result result = _docker.Once(["--read-only", "--tmpfs", "/tmp", "--init"], "sh", "-c", "touch /file; touch /tmp/file && echo fine; cat /proc/1/comm; sh -c 'sleep 0.05 & exit'; sleep 0.2; ps -o stat | grep -c Z");
        Assert.Equal("fine\ndocker-init\n0\n", result.Stdout);
        Assert.Equal("touch: /file: Read-only file system\n", result.Stderr);
    }

    [Theory]
    [InlineData("00000000a80425fb")] // Docker's default
    [InlineData("00000000a80c25fb", "--cap-add", "SYS_PTRACE")]
    [InlineData("00000000a80425fa", "--cap-drop", "chown")]
    [InlineData("0000000000001000", "--cap-drop", "ALL", "--cap-add", "NET_ADMIN")]
    [InlineData("0000000000000000", "--cap-add", "SYS_ADMIN", "--user", "user")]
    public void Capabilities(string effective, params string[] options) =>
        Assert.Equal($"CapEff:\t{effective}\n", _docker.Once(options, "grep", "CapEff", "/proc/self/status").Ok().Stdout);

    [Fact]
    public void Security_options_are_applied()
    {
        string profile = _docker.Path("seccomp.json");
        File.WriteAllText(profile, """{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]}""");
        const string Look = "grep -E '^(NoNewPrivs|Seccomp):' /proc/self/status; mkdir /dir && echo made; mount -t tmpfs tmpfs /mnt 2> /dev/null || echo refused";
        Assert.Equal("NoNewPrivs:\t0\nSeccomp:\t2\nmade\nrefused\n", _docker.Once([], "sh", "-c", Look).Stdout);
        Assert.Equal("NoNewPrivs:\t0\nSeccomp:\t0\nmade\nrefused\n", _docker.Once(["--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined"], "sh", "-c", Look).Stdout);
        Assert.Equal("NoNewPrivs:\t1\nSeccomp:\t2\nrefused\n", _docker.Once(["--security-opt", $"seccomp={profile}", "--security-opt", "no-new-privileges"], "sh", "-c", Look).Stdout);
        Assert.Equal("0\n", _docker.Once(["--security-opt", "systempaths=unconfined"], "sh", "-c", "grep -c ' /proc/' /proc/self/mountinfo").Stdout);
    }

    [Fact]
    public void A_privileged_container_and_a_privileged_command()
    {
        // runc fails for each capability that it does not have itself.
        if (!RuntimeUnderTest.IsRuncs) Requires.Capability(24, "CAP_SYS_RESOURCE");
        const string Look = "grep -E '^(NoNewPrivs|Seccomp):' /proc/self/status; mkdir -p /mnt; mount -t tmpfs tmpfs /mnt && echo mounted";
        Assert.Equal("Seccomp:\t0\nNoNewPrivs:\t0\nmounted\n".Split('\n').Order(), _docker.Once(["--privileged"], "sh", "-c", Look).Ok().Stdout.Split('\n').Order());
        using DockerContainer container = _docker.Up([], "sleep", "1000");
        string plain = container.Exec("grep", "CapEff", "/proc/self/status").Ok().Stdout, privileged = container.Exec(["--privileged"], "grep", "CapEff", "/proc/self/status").Ok().Stdout;
        Assert.Equal("CapEff:\t00000000a80425fb\n", plain);
        Assert.NotEqual(plain, privileged);
    }

    [Fact]
    public void Users_and_groups_are_applied()
    {
        const string Look = "id -u; id -g; id -G | xargs -n 1 | sort -n | xargs; echo $HOME";
        Assert.Equal("1000\n1000\n1000\n/home/user\n", _docker.Once(["--user", "user"], "sh", "-c", Look).Stdout);
        Assert.Equal("1234\n567\n99 567 1000\n/\n", _docker.Once(["--user", "1234:567", "--group-add", "user", "--group-add", "99"], "sh", "-c", Look).Stdout);
        Assert.Equal("0\n0\n0\n/root\n", _docker.Once([], "sh", "-c", Look).Stdout);
    }

    [Fact]
    public void Namespaces_are_shared_on_request()
    {
        using DockerContainer first = _docker.Up(["--ipc", "shareable"], "sleep", "1000");
        string other = $"container:{first.Name}";
        Result joined = _docker.Try("run", "--rm", "--pid", other, "--ipc", other, "--network", other, "busybox", "sh", "-c", "cat /proc/1/comm; for kind in ipc net pid; do readlink /proc/self/ns/$kind; done");
        Assert.Equal($"sleep\n{Namespace(first, "ipc")}{Namespace(first, "net")}{Namespace(first, "pid")}", joined.Ok().Stdout);
        Result ofHost = _docker.Try("run", "--rm", "--pid", "host", "--ipc", "host", "--uts", "host", "--network", "host", "--cgroupns", "host", "busybox", "sh", "-c",
            "for kind in ipc net pid uts cgroup; do readlink /proc/self/ns/$kind; done");
        Assert.Equal(string.Concat(((string[])["ipc", "net", "pid", "uts", "cgroup"]).Select(kind => new FileInfo($"/proc/self/ns/{kind}").LinkTarget + "\n")), ofHost.Ok().Stdout);
        Assert.Equal("0::/\n", _docker.Once(["--cgroupns", "private"], "grep", "^0::", "/proc/self/cgroup").Ok().Stdout);
        Assert.Equal("1\n", _docker.Once(["--sysctl", "net.ipv4.ip_forward=1"], "cat", "/proc/sys/net/ipv4/ip_forward").Ok().Stdout);
    }

    [Fact]
    public void Run_with_a_terminal()
    {
        Assert.Equal("/dev/pts/0\r\n", _docker.Once(["--tty"], "tty").Ok().Stdout);
        using TerminalUser user = new(_docker.CommandLine("run", "--rm", "--network", "none", "--interactive", "--tty", "busybox", "sh", "-c", TerminalUser.Script));
        user.UseScript();
    }

    [Fact]
    public void Arguments_of_the_runtime_are_given() =>
        Assert.Equal("hello\n", _docker.Once(["--runtime", "runcs-debug"], "echo", "hello").Ok().Stdout);

    private static string Namespace(DockerContainer container, string kind) => container.Exec("readlink", $"/proc/1/ns/{kind}").Ok().Stdout;
}
