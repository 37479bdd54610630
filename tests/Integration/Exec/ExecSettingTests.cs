// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>The settings of a process added by <c>exec</c>: CPUs, scheduling, limits, keys, seccomp filter, labels.</summary>
public sealed class ExecSettingTests : IDisposable
{
    private readonly Container _container = new();

    public ExecSettingTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    public void Dispose() => _container.Dispose();

    [Fact]
    [Requirement("config/exec-affinity-final")]
    public void The_cpus_are_those_of_exec_affinity()
    {
        Requires.Cpus(0, 1);
        _container.Bundle.Process["execCPUAffinity"] = new JsonObject { ["initial"] = "0", ["final"] = "1" };
        Up();
        Assert.Equal("1", Cpus(_container.Exec("cat", "/proc/self/status")));
        Assert.Equal("0", Cpus(File("""{"initial": "0", "final": "0"}""")));
        // Without final, nothing changes once it is in the cgroup.
        Assert.Equal("1", Cpus(File("""{"initial": "1"}""")));
        Assert.Equal("1", Cpus(File("""{"final": "1"}""")));
    }

    [Fact]
    public void The_callers_cpus_are_not_inherited()
    {
        Requires.Cpus(0, 1);
        Up();
        string all = Cpus(_container.Exec("cat", "/proc/self/status"));
        _container.Runtime.Prefix = ["taskset", "-c", "0"];
        Assert.Equal(all, Cpus(_container.Exec("cat", "/proc/self/status")));
        _container.Runtime.Prefix = [];
    }

    // proc_pid_stat(5): nice, rt_priority, policy.
    [Fact]
    public void Scheduler_priority_and_score_are_the_processs()
    {
        _container.Bundle.Process["oomScoreAdj"] = 300;
        Up();
        JsonObject process = ExecTests.Program("/bin/sh", "-c", "cat /proc/$$/stat /proc/$$/oom_score_adj; exec ionice");
        process["scheduler"] = JsonNode.Parse("""{"policy":"SCHED_BATCH","nice":3}""");
        process["ioPriority"] = JsonNode.Parse("""{"class":"IOPRIO_CLASS_BE","priority":6}""");
        process["env"] = new JsonArray("PATH=/bin");
        string[] lines = Exec(process).Ok().Stdout.Split('\n');
        string[] fields = lines[0][(lines[0].LastIndexOf(')') + 2)..].Split(' ');
        Assert.Equal(("3", "3"), (fields[16], fields[38]));
        Assert.Equal("300", lines[1]);
        Assert.Contains("prio 6", lines[2], StringComparison.Ordinal);
        process["oomScoreAdj"] = 500;
        Assert.Equal("500", Exec(process).Ok().Stdout.Split('\n')[1]);
    }

    // The user's other processes have reached the limit already, and entering the pid namespace needs one more.
    [Fact]
    public void A_limit_of_processes_holds_the_program_and_not_the_way_to_it()
    {
        Up();
        JsonObject process = ExecTests.Program("/bin/sh", "-c", "ulimit -Su; ulimit -Hu; exec sleep 100");
        process["user"] = new JsonObject { ["uid"] = 4321, ["gid"] = 0 };
        process["rlimits"] = new JsonArray(new JsonObject { ["type"] = "RLIMIT_NPROC", ["soft"] = 1, ["hard"] = 2 });
        using RunningCommand first = Start(process);
        first.WaitForStdout("1\n2\n");
        using RunningCommand second = Start(process);
        second.WaitForStdout("1\n2\n");
    }

    [Fact]
    public void A_limit_may_be_above_the_callers()
    {
        Requires.Capability(24, "CAP_SYS_RESOURCE");
        Up();
        JsonObject process = ExecTests.Program("/bin/sh", "-c", "ulimit -Hu; ulimit -Hn");
        process["user"] = new JsonObject { ["uid"] = 4321, ["gid"] = 0 };
        process["rlimits"] = new JsonArray(Limit("RLIMIT_NPROC", 60), Limit("RLIMIT_NOFILE", 70));
        _container.Runtime.Prefix = ["prlimit", "--nproc=50:50", "--nofile=50:50"];
        Result result = Exec(process);
        _container.Runtime.Prefix = [];
        Assert.Equal("60\n70\n", result.Ok().Stdout);

        static JsonObject Limit(string type, int value) => new() { ["type"] = type, ["soft"] = value, ["hard"] = value };
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_filter_of_the_config_holds_for_it(bool noNewPrivileges)
    {
        _container.Bundle.Linux["seccomp"] = SeccompTests.Profile("SCMP_ACT_ALLOW", SeccompTests.Rule("SCMP_ACT_ERRNO", ["mkdir", "mkdirat"]));
        _container.Bundle.Process["noNewPrivileges"] = noNewPrivileges;
        Up();
        Result result = _container.Exec("sh", "-c", "grep Seccomp: /proc/self/status; mkdir /tmp/x || echo refused");
        Assert.Equal("Seccomp:\t2\nrefused\n", result.Ok().Stdout);
    }

    [Theory]
    [InlineData("docker", true)]
    [InlineData("docker", false)]
    [InlineData("podman", false)]
    public void The_engines_profiles_let_it_through(string engine, bool noNewPrivileges)
    {
        _container.Bundle.Linux["seccomp"] = Requires.Profile(engine);
        _container.Bundle.Process["noNewPrivileges"] = noNewPrivileges;
        Up();
        Assert.Equal("5\n", _container.Runtime.Run("exec", "--user", "5", _container.Id, "id", "-u").Ok().Stdout);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void The_notify_descriptor_is_sent_with_the_state_of_the_process(bool noNewPrivileges, bool hostPids)
    {
        string socket = _container.Path("agent");
        _container.Bundle.Linux["seccomp"] = SeccompTests.Profile("SCMP_ACT_ALLOW", SeccompTests.Rule("SCMP_ACT_NOTIFY", ["mkdir"]));
        _container.Bundle.Linux["seccomp"]!["listenerPath"] = socket;
        _container.Bundle.Linux["seccomp"]!["listenerMetadata"] = "meta";
        _container.Bundle.Process["noNewPrivileges"] = noNewPrivileges;
        if (hostPids) _container.Bundle.Namespace("pid");
        using (SeccompAgent.Listen(socket, _ => null)) Up();
        System.IO.File.Delete(socket);
        using SeccompAgent agent = SeccompAgent.Listen(socket, call => call.Number == SeccompAgent.Mkdir ? 121 : null);
        using RunningCommand exec = _container.Runtime.Start("exec", "--pid-file", _container.Path("pid"), _container.Id, "sh", "-c", "mkdir /tmp/x 2>&1; read line");
        exec.WaitForStdout("Remote I/O error");
        JsonNode state = JsonNode.Parse(agent.State)!;
        exec.CloseStdin();
        exec.Wait();
        Assert.Equal(System.IO.File.ReadAllText(_container.Path("pid")), state["pid"]!.ToString());
        Assert.Equal(("running", _container.Pid, "meta"), ((string?)state["state"]!["status"], (int)state["state"]!["pid"]!, (string?)state["metadata"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_session_keyring_is_the_containers(bool users)
    {
        Requires.Keys();
        using Container container = users ? UserMaps.NewContainer() : new();
        container.Bundle.Linux["maskedPaths"] = new JsonArray();
        container.Bundle.Shell("cat /proc/keys > /dev/shm/keys; exec sleep 1000");
        container.Up();
        Eventually.True(() => container.Exec("cat", "/dev/shm/keys").Stdout.Contains($"_ses.{container.Id}", StringComparison.Ordinal), "the first process has told its keys");
        Assert.Equal(Keyring(container.Exec("cat", "/dev/shm/keys").Ok().Stdout, container), Keyring(container.Exec("cat", "/proc/keys").Ok().Stdout, container));
    }

    // Its owner could read the program's keys.
    [Fact]
    public void Somebody_elses_keyring_of_the_name_is_not_joined()
    {
        Requires.Keys();
        Requires.That(System.IO.File.Exists("/usr/bin/python3"), "needs /usr/bin/python3");
        Requires.Program("setpriv");
        _container.Bundle.Linux["maskedPaths"] = new JsonArray();
        string name = $"_ses.{_container.Id}";
        string script = $"import ctypes,sys; c = ctypes.CDLL(None).syscall; k = c(248, b'keyring', b'{name}', None, 0, -4); print(k, c(250, 5, k, 0x3f3f3f3f), flush=True); sys.stdin.read()";
        using RunningCommand stranger = Command.Start(Options.Default, "setpriv", "--reuid", "4242", "--clear-groups", "/usr/bin/python3", "-c", script);
        stranger.WaitForStdout("\n");
        string[] words = stranger.Stdout.Trim().Split(' ');
        Assert.Equal("0", words[1]);
        _container.Bundle.Args("/bin/sleep", "1000");
        // Not one of the container's own, which would be found first.
        _container.Create("--no-new-keyring").Ok();
        _container.Start().Ok();
        string record = Path.Combine(_container.Runtime.Root, _container.Id, "state.json");
        System.IO.File.WriteAllText(record, System.IO.File.ReadAllText(record).Replace("\"noNewKeyring\":true,", "", StringComparison.Ordinal));
        string foreign = int.Parse(words[0]).ToString("x8");
        string[] keys = _container.Exec("cat", "/proc/keys").Ok().Stdout.Split('\n');
        Assert.Contains(keys, line => line.StartsWith(foreign, StringComparison.Ordinal));
        // A possessed keyring has no name in that case.
        Assert.Contains(keys, line => line.Contains("keyring   _ses: ", StringComparison.Ordinal));
        stranger.CloseStdin();
        stranger.Wait();
    }

    [Fact]
    public void With_no_new_keyring_it_stays_the_callers()
    {
        Requires.Keys();
        _container.Bundle.Linux["maskedPaths"] = new JsonArray();
        _container.Bundle.Args("/bin/sleep", "1000");
        _container.Create("--no-new-keyring").Ok();
        _container.Start().Ok();
        Assert.DoesNotContain($"_ses.{_container.Id}", _container.Exec("cat", "/proc/keys").Ok().Stdout, StringComparison.Ordinal);
    }

    private void Up()
    {
        _container.Bundle.Args("/bin/sleep", "1000");
        _container.Up();
    }

    private Result File(string affinity)
    {
        JsonObject process = ExecTests.Program("/bin/cat", "/proc/self/status");
        process["execCPUAffinity"] = JsonNode.Parse(affinity);
        return Exec(process);
    }

    private Result Exec(JsonObject process)
    {
        System.IO.File.WriteAllText(_container.Path("process.json"), process.ToJsonString());
        return _container.Runtime.Run("exec", "--process", _container.Path("process.json"), _container.Id);
    }

    private RunningCommand Start(JsonObject process)
    {
        System.IO.File.WriteAllText(_container.Path("process.json"), process.ToJsonString());
        return _container.Runtime.Start("exec", "--process", _container.Path("process.json"), _container.Id);
    }

    private static string Cpus(Result result) => ExecTests.Field(result.Ok().Stdout.Split('\n'), "Cpus_allowed_list");

    private static string Keyring(string keys, Container container) => keys.Split('\n').Single(line => line.Contains($"_ses.{container.Id}", StringComparison.Ordinal)).Split(' ')[0];
}
