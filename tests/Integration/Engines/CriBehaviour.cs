// SPDX-License-Identifier: Apache-2.0
using Runcs.Integration.Cri;

namespace Runcs.Integration;

/// <summary>A kubelet's requests to containerd.</summary>
public abstract class CriBehaviour
{
    private const string Sleep = "trap 'exit 3' TERM; while :; do sleep 0.05; done";
    private readonly CriEngine _engine;

    protected CriBehaviour(CriEngine engine)
    {
        CriEngine.Require();
        _engine = engine;
    }

    [Fact]
    public void A_pod_with_two_containers_in_one_pid_and_network_namespace()
    {
        using Pod pod = _engine.RunPod(config => config.Linux.SecurityContext.NamespaceOptions.Pid = NamespaceMode.Pod);
        Assert.Equal(PodSandboxStatus.Types.State.Ready, pod.Status.State);
        Assert.Equal(CriEngine.Handler, pod.Status.RuntimeHandler);
        string address = pod.Status.Network.Ip;
        Assert.StartsWith("10.213.0.", address, StringComparison.Ordinal);

        string first = pod.Up("first", $"echo to stdout; echo to stderr >&2; (while :; do echo served | nc -l -p 8080; done) & {Sleep}");
        string second = pod.Up("second", Sleep, config => config.Linux.SecurityContext.RunAsUser = new() { Value = 1000 });
        Assert.Equal("1000\n", pod.Shell(second, "id -u"));
        Eventually.True(() => pod.Log("first").Length == 2, "the log has both lines");
        Assert.Equal(["stderr F to stderr", "stdout F to stdout"], pod.Log("first").Order());

        const string namespaces = "for name in pid net ipc uts; do readlink /proc/self/ns/$name; done";
        Assert.Equal(pod.Shell(first, namespaces), pod.Shell(second, namespaces));
        Assert.NotEqual(pod.Shell(first, "readlink /proc/self/ns/mnt"), pod.Shell(second, "readlink /proc/self/ns/mnt"));
        Assert.Contains(address, pod.Shell(second, "ip -4 addr show eth0"), StringComparison.Ordinal);
        Assert.Equal("served\n", pod.Shell(second, "until nc 127.0.0.1 8080 < /dev/null; do sleep 0.05; done"));
        Assert.Matches("^pod[0-9]+\n$", pod.Shell(second, "hostname"));
        string processes = pod.Shell(second, "ps -o pid,args");
        Assert.Matches(@"(?m)^ +1 /bin/sleep 1000000$", processes);
        Assert.Contains("echo to stdout", processes, StringComparison.Ordinal);

        // The first container ends alone, with all its processes: containerd kills those in a shared namespace by the
        // cgroup.
        pod.Stop(first);
        Assert.Equal((3, "Error"), (pod.StatusOf(first).ExitCode, pod.StatusOf(first).Reason));
        Assert.DoesNotContain("nc -l", pod.Shell(second, "ps -o args | grep -v grep"), StringComparison.Ordinal);
        pod.Remove(first);
        pod.Stop(second, timeout: 0);
        Assert.Equal(137, pod.StatusOf(second).ExitCode);
        pod.Remove(second);
        pod.Remove();
    }

    [Fact]
    public void Probes_limits_and_statistics()
    {
        using Pod pod = _engine.RunPod();
        string container = pod.Up("main", Sleep, config =>
        {
            config.Linux.Resources = new() { MemoryLimitInBytes = 64 << 20, CpuPeriod = 100000, CpuQuota = 50000, CpuShares = 512 };
            config.Envs.Add(new KeyValue { Key = "NAME", Value = "value" });
            config.WorkingDir = "/tmp";
        });
        Assert.Equal("1", pod.Shell(container, "tr '\\0' ' ' < /proc/1/cmdline | grep -c 'exit 3'").Trim());

        ExecSyncResponse probe = pod.Exec(container, 10, "/bin/sh", "-c", "pwd; echo $NAME; echo err >&2; exit 5");
        Assert.Equal(("/tmp\nvalue\n", "err\n", 5), (probe.Stdout.ToStringUtf8(), probe.Stderr.ToStringUtf8(), probe.ExitCode));
        for (int round = 0; round < 10; round++)
            Assert.Equal(0, pod.Exec(container, 10, "/bin/true").ExitCode);
        CriException late = Assert.Throws<CriException>(() => pod.Exec(container, 1, "/bin/sleep", "1000"));
        Assert.Equal(CriException.DeadlineExceeded, late.Code);
        Assert.Equal("0\n", pod.Shell(container, "ps -o args | grep -c '^/bin/sleep 1000$' || true"));
        CriException missing = Assert.Throws<CriException>(() => pod.Exec(container, 10, "nosuch"));
        Assert.Contains("OCI runtime exec failed: exec failed: unable to start container process: exec: \"nosuch\": executable file not found in $PATH", missing.Message, StringComparison.Ordinal);

        Assert.Equal(("67108864", "50000", "512"), Limits());
        _engine.Call<UpdateContainerResourcesResponse>(new UpdateContainerResourcesRequest
        {
            ContainerId = container,
            Linux = new() { MemoryLimitInBytes = 32 << 20, CpuPeriod = 100000, CpuQuota = 20000, CpuShares = 256 },
        });
        Assert.Equal(("33554432", "20000", "256"), Limits());

        ContainerStats stats = _engine.Call<ContainerStatsResponse>(new ContainerStatsRequest { ContainerId = container }).Stats;
        Assert.Equal(container, stats.Attributes.Id);
        Assert.True(stats.Cpu.UsageCoreNanoSeconds.Value > 0 && stats.Memory.WorkingSetBytes.Value > 0, stats.ToString());

        ContainerStatus killed = pod.Run("hungry", "exec tail /dev/zero", config => config.Linux.Resources = new() { MemoryLimitInBytes = 16 << 20 });
        Assert.Equal((137, "OOMKilled"), (killed.ExitCode, killed.Reason));
        pod.Remove();

        (string, string, string) Limits() =>
            (pod.Cgroup(container, "memory", "memory.limit_in_bytes"), pod.Cgroup(container, "cpu", "cpu.cfs_quota_us"), pod.Cgroup(container, "cpu", "cpu.shares"));
    }

    [Fact]
    public void The_security_context_is_applied()
    {
        using Pod pod = _engine.RunPod(config => config.Linux.Sysctls.Add("net.ipv4.ip_default_ttl", "42"));
        string shared = Directory.CreateDirectory(_engine.Path("shared")).FullName;
        File.WriteAllText(Path.Combine(shared, "file"), "shared\n");
        ContainerStatus ended = pod.Run("confined", """
            id -u; id -G; (echo x > /x) 2>/dev/null || echo read-only; cat /shared/file; (echo x > /shared/x) 2>/dev/null || echo read-only
            grep -E 'CapBnd|NoNewPrivs|Seccomp:' /proc/self/status; wc -c < /proc/version; cat /proc/sys/net/ipv4/ip_default_ttl; exit 4
            """, config =>
            {
                config.Mounts.Add(new Mount { ContainerPath = "/shared", HostPath = shared, Readonly = true });
                LinuxContainerSecurityContext security = config.Linux.SecurityContext;
                security.RunAsUser = new() { Value = 1000 };
                security.RunAsGroup = new() { Value = 1000 };
                security.SupplementalGroups.Add(5);
                security.ReadonlyRootfs = true;
                security.NoNewPrivs = true;
                security.Capabilities = new() { DropCapabilities = { "ALL" }, AddCapabilities = { "NET_BIND_SERVICE" } };
                security.MaskedPaths.Add("/proc/version");
            });
        Assert.Equal((4, "Error"), (ended.ExitCode, ended.Reason));
        Assert.Equal(["1000", "1000 5", "read-only", "shared", "read-only", "CapBnd:\t0000000000000400", "NoNewPrivs:\t1", "Seccomp:\t2", "0", "42"],
            pod.Log("confined").Select(line => line["stdout F ".Length..]));

        Assert.Equal("Completed", pod.Run("terminal", "tty", config => config.Tty = true).Reason);
        Assert.Equal(["stdout F /dev/pts/0"], pod.Log("terminal").Select(line => line.TrimEnd('\r')));
        pod.Remove();
    }

    [Fact]
    public void A_pod_in_the_namespaces_of_the_host_and_a_debugging_container()
    {
        using Pod pod = _engine.RunPod(config =>
        {
            // The kubelet sets no host name except the pod's own.
            config.Hostname = "";
            config.Linux.SecurityContext.NamespaceOptions = Of(NamespaceMode.Container);
        });
        string container = pod.Up("main", Sleep);
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/hostname"), pod.Shell(container, "hostname"));
        string main = pod.Shell(container, "readlink /proc/self/ns/pid");
        string debugger = pod.Up("debugger", Sleep, config => config.Linux.SecurityContext.NamespaceOptions = Of(NamespaceMode.Target, container));
        Assert.Equal(main, pod.Shell(debugger, "readlink /proc/self/ns/pid"));
        // Stopping the debugger leaves its target running.
        pod.Stop(debugger);
        pod.Remove(debugger);
        Assert.Equal(ContainerStatus.Types.State.Running, pod.StatusOf(container).State);
        pod.Remove();

        static NamespaceOption Of(NamespaceMode pid, string target = "") => new() { Network = NamespaceMode.Node, Ipc = NamespaceMode.Node, Pid = pid, TargetId = target };
    }

    [Fact]
    public void A_container_that_cannot_start_says_why()
    {
        using Pod pod = _engine.RunPod();
        string container = pod.Create("main", "", config => { config.Command.Clear(); config.Command.Add("nosuch"); });
        CriException exception = Assert.Throws<CriException>(() => pod.Start(container));
        Assert.Contains("failed to create containerd task: failed to create shim task: OCI runtime create failed: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("unable to start container process: exec: \"nosuch\": executable file not found in $PATH", exception.Message, StringComparison.Ordinal);
        Assert.Equal((128, "StartError"), (pod.StatusOf(container).ExitCode, pod.StatusOf(container).Reason));
        pod.Remove();
    }
}
