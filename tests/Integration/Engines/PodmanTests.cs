// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>Podman with the runtime under test: running containers, and their reported state.</summary>
[OnAnyRuntime]
public sealed class PodmanTests : IClassFixture<Podman>
{
    private const string Sleep = "trap 'exit 3' TERM; while :; do sleep 0.05; done";
    private const string Namespaces = "for name in pid net ipc uts; do readlink /proc/self/ns/$name; done";
    private readonly Podman _podman;

    public PodmanTests(Podman podman)
    {
        Podman.Require();
        _podman = podman;
    }

    [Fact]
    public void Output_input_and_exit_codes_come_through()
    {
        Result result = _podman.Try("run", "--rm", Podman.Image, "/bin/sh", "-c", "echo out; echo err >&2; exit 7").Exits(7);
        Assert.Equal("out\n", result.Stdout);
        Assert.Equal("err\n", result.Stderr);
        Assert.Equal("given", _podman.Try(Options.Default with { Stdin = "given"u8.ToArray() }, "run", "--rm", "--interactive", Podman.Image, "/bin/cat").Ok().Stdout);
    }

    [Theory]
    [InlineData(127, "executable file not found in $PATH", "nosuch")]
    [InlineData(127, "no such file or directory", "/bin/nosuch")]
    [InlineData(126, "permission denied", "/etc")]
    [InlineData(126, "permission denied", "/etc/passwd")]
    public void A_program_that_cannot_be_run_has_its_exit_code_and_message(int code, string message, string program)
    {
        Result result = _podman.Try("run", "--rm", Podman.Image, program).Exits(code);
        // Through the runtime's log: runtime_supports_json.
        Assert.Matches($"^Error: runcs: .*\"{program.Replace("$", "\\$", StringComparison.Ordinal)}\": .*{System.Text.RegularExpressions.Regex.Escape(message)}: OCI ", result.Stderr);
        Assert.Equal("", _podman.Run("ps", "--all", "--quiet", "--filter", "status=created").Stdout);
    }

    [Fact]
    public void An_error_of_the_runtime_comes_through()
    {
        Result result = _podman.Try("run", "--rm", "--sysctl", "net.nosuch=1", Podman.Image, "/bin/true").Exits(127);
        Assert.Contains("/proc/sys/net/nosuch", result.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_with_a_terminal()
    {
        Assert.Equal("/dev/pts/0\r\n", _podman.Run("run", "--rm", "--tty", Podman.Image, "/bin/tty").Stdout);
        string id = _podman.Background("--tty", Podman.Image, "/bin/sh", "-c", Sleep);
        Assert.Equal("/dev/pts/1\r\n", _podman.Run("exec", "--tty", id, "/bin/tty").Stdout);
        Assert.Equal("file\n", _podman.Run("exec", id, "/bin/sh", "-c", "test -t 0 || echo file").Stdout);
        _podman.Run("rm", "--force", "--time", "0", id);
    }

    [Fact]
    public void Volumes_user_and_environment()
    {
        string volume = Directory.CreateDirectory(_podman.Path("volume")).FullName;
        File.WriteAllText(Path.Combine(volume, "file"), "in the volume\n");
        string[] lines = Lines("--volume", $"{volume}:/rw", "--volume", $"{volume}:/ro:ro", "--env", "NAME=value", "--workdir", "/rw", "--hostname", "box", "--tmpfs", "/scratch:size=1m",
            "--device", "/dev/null:/dev/hole", "--sysctl", "net.ipv4.ip_default_ttl=42", "--ulimit", "nofile=1000:1001", "--ulimit", "nproc=1000:1000", "--shm-size", "2m",
            Script("cat file; echo new > /rw/new; (echo x > /ro/x) 2>/dev/null || echo read-only; echo $NAME; pwd; hostname; df -k /scratch /dev/shm | awk 'NR>1 {print $2}'",
                "echo x > /dev/hole && cat /proc/sys/net/ipv4/ip_default_ttl; ulimit -n; ulimit -Hn"));
        Assert.Equal(["in the volume", "read-only", "value", "/rw", "box", "1024", "2048", "42", "1000", "1001"], lines);
        Assert.Equal("new\n", File.ReadAllText(Path.Combine(volume, "new")));

        lines = Lines("--user", "1000:1000", "--group-add", "5", "--read-only", "--cap-drop", "all", "--cap-add", "net_bind_service", "--security-opt", "no-new-privileges",
            Script("id -u; id -G; (echo x > /x) 2>/dev/null || echo read-only; grep -E 'CapBnd|NoNewPrivs|Seccomp:' /proc/self/status"));
        Assert.Equal(["1000", "1000 5", "read-only", "CapBnd:\t0000000000000400", "NoNewPrivs:\t1", "Seccomp:\t2"], lines);
    }

    [Fact]
    public void Privileged_with_an_init_and_with_user_namespace()
    {
        Assert.Equal(["Seccomp:\t0", "writable"], Lines("--privileged", Script("grep Seccomp: /proc/self/status; test -w /proc/sys/kernel/hostname && echo writable")));
        Assert.Equal(["0", "0 200000 3000"], Lines("--uidmap", "0:200000:3000", Script("id -u; awk '{print $1, $2, $3}' /proc/self/uid_map")));
        Requires.Program("catatonit");
        Assert.Equal(["podman-init"], Lines("--init", Script("cat /proc/1/comm")));
    }

    [Fact]
    public void Descriptors_are_handed_on()
    {
        string file = _podman.Path("handed");
        File.WriteAllText(file, "handed on\n");
        string command = $"exec \"$0\" run --rm --network none --cgroup-parent /{_podman.CgroupParent} --preserve-fds 1 {Podman.Image} /bin/cat /dev/fd/3 3<'{file}'";
        Result result = Command.Run(_podman.Environment(Options.Default), "/bin/sh", "-c", command, Programs.Find("podman")!).Ok();
        Assert.Equal("handed on\n", result.Stdout);
    }

    [Fact]
    public void Hooks_of_the_host_run()
    {
        string directory = Directory.CreateDirectory(_podman.Path("hooks")).FullName, told = _podman.Path("told");
        string hook = Path.Combine(directory, "hook.sh");
        File.WriteAllText(hook, $"#!/bin/sh\necho $1 $(grep -o '\"status\": *\"[a-z]*\"') >> '{told}'\n");
        File.SetUnixFileMode(hook, (UnixFileMode)0b111_101_101);
        foreach (string stage in (string[])["createRuntime", "poststop"])
        {
            File.WriteAllText(Path.Combine(directory, stage + ".json"), new JsonObject
            {
                ["version"] = "1.0.0",
                ["hook"] = new JsonObject { ["path"] = hook, ["args"] = new JsonArray("hook.sh", stage) },
                ["when"] = new JsonObject { ["always"] = true },
                ["stages"] = new JsonArray(stage),
            }.ToJsonString());
        }
        Command.Run(_podman.Environment(Options.Default), Programs.Find("podman")!, "--hooks-dir", directory, "run", "--rm", "--network", "none",
            "--cgroup-parent", $"/{_podman.CgroupParent}", Podman.Image, "/bin/true").Ok();
        Assert.Equal("""
            createRuntime "status":"creating"
            poststop "status":"stopped"

            """, File.ReadAllText(told).Replace(": ", ":", StringComparison.Ordinal));
    }

    [Fact]
    public void A_memory_limit_is_seen_updated_and_held()
    {
        Requires.CgroupV1();
        // It starts no programs: one that is started while the kernel frees the memory of the killed one would have it kill the next.
        string id = _podman.Background("--memory", "64m", "--cpus", "0.5", "--pids-limit", "50", "--cpu-shares", "512", Podman.Image, "/bin/sleep", "1000");
        Assert.Equal("67108864", _podman.Cgroup(id, "memory", "memory.limit_in_bytes"));
        Assert.Equal("50000", _podman.Cgroup(id, "cpu", "cpu.cfs_quota_us"));
        Assert.Equal("512", _podman.Cgroup(id, "cpu", "cpu.shares"));
        Assert.Equal("50", _podman.Cgroup(id, "pids", "pids.max"));
        Assert.Equal("67108864\n", _podman.Run("exec", id, "/bin/cat", "/sys/fs/cgroup/memory/memory.limit_in_bytes").Stdout);

        _podman.Run("update", "--memory", "32m", "--cpus", "0.25", "--cpu-shares", "256", id);
        Assert.Equal("33554432", _podman.Cgroup(id, "memory", "memory.limit_in_bytes"));
        Assert.Equal("25000", _podman.Cgroup(id, "cpu", "cpu.cfs_quota_us"));
        Assert.Equal("256", _podman.Cgroup(id, "cpu", "cpu.shares"));

        _podman.Try("exec", id, "/bin/tail", "/dev/zero").Exits(137);
        Assert.Matches("^[0-9.]+[kM]B / ", _podman.Run("stats", "--no-stream", "--format", "{{.MemUsage}}", id).Stdout);
        _podman.Run("rm", "--force", "--time", "0", id);
        _podman.Try("run", "--rm", "--memory", "16m", Podman.Image, "/bin/tail", "/dev/zero").Exits(137);
    }

    [Fact]
    public void Exec()
    {
        string id = _podman.Background("--user", "1000:1000", Podman.Image, "/bin/sh", "-c", Sleep);
        Result result = _podman.Try("exec", "--env", "NAME=value", "--workdir", "/tmp", id, "/bin/sh", "-c", "id -u; pwd; echo $NAME; echo err >&2; exit 9").Exits(9);
        Assert.Equal("1000\n/tmp\nvalue\n", result.Stdout);
        Assert.Equal("err\n", result.Stderr);
        Assert.Equal("0 0\n", _podman.Run("exec", "--user", "0:0", id, "/bin/sh", "-c", "echo $(id -u) $(id -g)").Stdout);
        Assert.Equal("given", _podman.Try(Options.Default with { Stdin = "given"u8.ToArray() }, "exec", "--interactive", id, "/bin/cat").Ok().Stdout);
        Assert.Equal("CapEff:\t0000000000000000\n", _podman.Run("exec", id, "/bin/grep", "CapEff", "/proc/self/status").Stdout);
        Assert.NotEqual("CapEff:\t0000000000000000\n", _podman.Run("exec", "--privileged", "--user", "0", id, "/bin/grep", "CapEff", "/proc/self/status").Stdout);
        _podman.Try("exec", id, "/bin/sh", "-c", "kill -9 $$").Exits(137);

        _podman.Run("exec", "--detach", id, "/bin/touch", "/tmp/touched");
        Eventually.True(() => _podman.Try("exec", id, "/bin/ls", "/tmp/touched").ExitCode == 0, "the command in the background has run");

        Assert.Contains("executable file not found in $PATH", _podman.Try("exec", id, "nosuch").Exits(127).Stderr, StringComparison.Ordinal);
        Assert.Contains("permission denied", _podman.Try("exec", id, "/etc").Exits(126).Stderr, StringComparison.Ordinal);
        Assert.Contains("/nosuch", _podman.Try("exec", "--workdir", "/nosuch", id, "/bin/true").Exits(127).Stderr, StringComparison.Ordinal);
        _podman.Run("rm", "--force", "--time", "0", id);
        _podman.AssertGone(id);
    }

    [Fact]
    public void Pause_top_kill_stop_and_start_again()
    {
        string id = _podman.Background(Podman.Image, "/bin/sh", "-c", $"trap 'echo got USR1' USR1; {Sleep}");
        _podman.Run("pause", id);
        Assert.Equal("paused", (string?)_podman.Inspect(id)["State"]!["Status"]);
        Assert.Equal("FROZEN", _podman.Cgroup(id, "freezer", "freezer.state"));
        _podman.Try("exec", id, "/bin/true").Fails();
        _podman.Run("unpause", id);

        Assert.Contains("/bin/sh -c", _podman.Run("top", id).Stdout, StringComparison.Ordinal);
        Assert.StartsWith("PID", _podman.Run("top", id, "-ef").Stdout, StringComparison.Ordinal);
        _podman.Run("kill", "--signal", "USR1", id);
        Eventually.True(() => _podman.Run("logs", id).Stdout.Contains("got USR1", StringComparison.Ordinal), "the signal has come");

        _podman.Run("stop", id);
        Assert.Equal(3, (int)_podman.Inspect(id)["State"]!["ExitCode"]!);
        _podman.AssertGone(id);
        _podman.Run("start", id);
        _podman.Run("restart", id);
        _podman.WaitForState(id, "running");
        _podman.Run("kill", id);
        Assert.Equal("137\n", _podman.Run("wait", id).Stdout);
        _podman.Run("rm", id);
        _podman.AssertGone(id);
    }

    [Fact]
    public void Namespaces_of_another_container()
    {
        string first = _podman.Background("--hostname", "first", "--ipc", "shareable", Podman.Image, "/bin/sh", "-c", Sleep);
        string expected = _podman.Run("exec", first, "/bin/sh", "-c", Namespaces).Stdout;
        Result result = _podman.Run("run", "--rm", "--pid", $"container:{first}", "--network", $"container:{first}", "--ipc", $"container:{first}", "--uts", $"container:{first}",
            Podman.Image, "/bin/sh", "-c", Namespaces + "; tr '\\0' ' ' < /proc/1/cmdline | head -c 10");
        Assert.Equal(expected + "/bin/sh -c", result.Stdout);

        // Background processes of the second container end only with it.
        string second = _podman.Background("--pid", $"container:{first}", Podman.Image, "/bin/sh", "-c", Sleep);
        Assert.Equal("2\n", _podman.Run("exec", second, "/bin/sh", "-c", "ps -o args | grep -c '^/bin/sh -c trap'").Stdout);
        _podman.Run("rm", "--force", "--time", "0", second);
        Assert.Equal("running", (string?)_podman.Inspect(first)["State"]!["Status"]);
        _podman.Run("rm", "--force", "--time", "0", first);
        _podman.AssertGone(first);
        _podman.AssertGone(second);
    }

    [Fact]
    public void A_pod_with_two_containers()
    {
        Requires.Program("catatonit");
        _podman.Run("pod", "create", "--name", "pod", "--share", "net,ipc,pid,uts", "--hostname", "pod");
        string first = _podman.Background("--pod", "pod", Podman.Image, "/bin/sh", "-c", Sleep);
        Result second = _podman.Run("run", "--rm", "--pod", "pod", Podman.Image, "/bin/sh", "-c", "hostname; ps -o args");
        Assert.StartsWith("pod\n", second.Stdout, StringComparison.Ordinal);
        Assert.Contains("catatonit", second.Stdout, StringComparison.Ordinal);
        Assert.Contains("trap 'exit 3' TERM", second.Stdout, StringComparison.Ordinal);
        Assert.Contains("catatonit", _podman.Run("pod", "top", "pod").Stdout, StringComparison.Ordinal);

        _podman.Run("pod", "pause", "pod");
        Assert.Equal("paused", (string?)_podman.Inspect(first)["State"]!["Status"]);
        _podman.Run("pod", "unpause", "pod");
        _podman.Run("stop", first);
        Assert.Equal(3, (int)_podman.Inspect(first)["State"]!["ExitCode"]!);
        _podman.Run("pod", "restart", "pod");
        _podman.WaitForState(first, "running");
        _podman.Run("pod", "rm", "--force", "--time", "0", "pod");
        _podman.AssertGone(first);
    }

    [Fact]
    public void A_health_check_runs()
    {
        // Without systemd, its timer does not run.
        string id = _podman.Background("--health-cmd", "test -e /tmp/well", "--health-interval", "disable", "--health-retries", "1", Podman.Image, "/bin/sh", "-c", Sleep);
        _podman.Try("healthcheck", "run", id).Exits(1);
        Assert.Equal("unhealthy", (string?)_podman.Inspect(id)["State"]!["Health"]!["Status"]);
        _podman.Run("exec", id, "/bin/touch", "/tmp/well");
        _podman.Run("healthcheck", "run", id);
        Assert.Equal("healthy", (string?)_podman.Inspect(id)["State"]!["Health"]!["Status"]);
        _podman.Run("rm", "--force", "--time", "0", id);
    }

    [Fact]
    public void A_pod_from_a_Kubernetes_document()
    {
        Requires.Program("catatonit");
        string document = _podman.Path("pod.yaml");
        File.WriteAllText(document, $$$"""
            apiVersion: v1
            kind: Pod
            metadata: {name: kube}
            spec:
              hostname: kubehost
              containers:
              - name: one
                image: {{{Podman.Image}}}
                command: [/bin/sh, -c, "{{{Sleep}}}"]
                resources: {limits: {memory: 64Mi, cpu: 500m}}
                securityContext: {runAsUser: 1000, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
                env: [{name: NAME, value: given}]
                volumeMounts: [{name: shared, mountPath: /shared}]
              - name: two
                image: {{{Podman.Image}}}
                command: [/bin/sh, -c, "echo from two > /shared/file; {{{Sleep}}}"]
                volumeMounts: [{name: shared, mountPath: /shared}]
              volumes: [{name: shared, emptyDir: {}}]
            """);
        _podman.Run("play", "kube", "--network", "none", document);
        Eventually.True(() => _podman.Try("exec", "kube-one", "/bin/cat", "/shared/file").Stdout == "from two\n", "the second container has written");
        Result result = _podman.Run("exec", "kube-one", "/bin/sh", "-c",
            "id -u; hostname; echo $NAME; (echo x > /x) 2>/dev/null || echo read-only; cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/cpu/cpu.cfs_quota_us; grep CapBnd /proc/self/status");
        Assert.Equal("1000\nkubehost\ngiven\nread-only\n67108864\n50000\nCapBnd:\t0000000000000000\n", result.Stdout);
        string[] ids = _podman.Run("ps", "--quiet", "--no-trunc", "--filter", "pod=kube").Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, ids.Length);
        _podman.Run("play", "kube", "--down", document);
        Assert.All(ids, _podman.AssertGone);
    }

    [Fact]
    public void The_service_manager_is_notified()
    {
        Requires.Program("clang");
        using Notify notify = new(_podman.Path("notify"));
        Options options = Options.Default with { Environment = new Dictionary<string, string?> { ["NOTIFY_SOCKET"] = notify.Path } };
        _podman.Try(options, "run", "--detach", "--name", "conmon", "--sdnotify", "conmon", Podman.Image, "/bin/sh", "-c", Sleep).Ok();
        notify.WaitFor("READY=1");
        Assert.Contains("MAINPID=", string.Concat(notify.Messages), StringComparison.Ordinal);

        notify.Messages.Clear();
        // podman run waits for it: it returns when the container is ready.
        _podman.Try(options, "run", "--detach", "--name", "notifying", "--sdnotify", "container", "--volume", $"{Notify.Program()}:/bin/notify:ro", Podman.Image, "/bin/sh", "-c", $"/bin/notify READY=1; {Sleep}").Ok();
        notify.WaitFor("READY=1");
        Assert.Contains("MAINPID=", string.Concat(notify.Messages), StringComparison.Ordinal);
        _podman.Run("rm", "--force", "--time", "0", "conmon", "notifying");
    }

    [Fact]
    public void Podman_recognizes_the_runtime()
    {
        JsonNode runtime = JsonNode.Parse(_podman.Run("info", "--format", "json").Stdout)!["host"]!["ociRuntime"]!;
        Assert.Equal(RuntimeUnderTest.Executable, (string?)runtime["path"]);
        Assert.StartsWith(Path.GetFileName(RuntimeUnderTest.Executable) + " version ", (string?)runtime["version"], StringComparison.Ordinal);
    }

    private static string Script(params string[] lines) => string.Join('\n', lines);

    // The last argument is a script for the shell.
    private string[] Lines(params string[] arguments) =>
        _podman.Run(["run", "--rm", .. arguments[..^1], Podman.Image, "/bin/sh", "-c", arguments[^1]]).Stdout.TrimEnd('\n').Split('\n');
}
