// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary><c>exec</c>: the program, its exit code and streams, and the flags for its user and settings.</summary>
[OnAnyRuntime]
public sealed class ExecTests : IDisposable
{
    private readonly Container _container = new();

    public ExecTests() => Requires.Root();

    public void Dispose() => _container.Dispose();

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 42", 42)]
    [InlineData("exit 255", 255)]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("kill -KILL $$", 137)]
    public void The_exit_code_is_the_programs(string script, int code)
    {
        Up();
        Result result = Exec([], "sh", "-c", $"echo out; echo err >&2; {script}").Exits(code);
        Assert.Equal(("out\n", "err\n"), (result.Stdout, result.Stderr));
    }

    [Fact]
    public void Megabytes_pass_both_ways()
    {
        Up();
        byte[] bytes = System.Security.Cryptography.RandomNumberGenerator.GetBytes(3_000_000);
        Result result = _container.Runtime.Run(new Options { Pipes = true, Stdin = bytes }, "exec", _container.Id, "cat").Ok();
        Assert.Equal(bytes, result.StdoutBytes);
    }

    [Fact]
    public void A_created_container_takes_a_process_too()
    {
        _container.Bundle.Args("/bin/sleep", "1000");
        _container.Create().Ok();
        Assert.Equal("there\n", Exec([], "echo", "there").Ok().Stdout);
        Assert.Equal("created", _container.Status);
        _container.Start().Ok();
    }

    [Fact]
    public void Warnings_of_create_are_not_repeated_on_the_programs_standard_error()
    {
        _container.Bundle.Process["capabilities"] = new JsonObject { ["bounding"] = new JsonArray("CAP_CHOWN"), ["permitted"] = new JsonArray("CAP_CHOWN"), ["ambient"] = new JsonArray("CAP_CHOWN") };
        Up();
        Result result = Exec([], "echo", "said").Ok();
        Assert.Equal(("said\n", ""), (result.Stdout, result.Stderr));
    }

    [Fact]
    public void Without_flags_the_configs_values_apply()
    {
        Requires.That(RuntimeUnderTest.IsRuncs, "runc 1.1 knows no umask");
        JsonNode process = _container.Bundle.Process;
        process["user"] = new JsonObject { ["uid"] = 7, ["gid"] = 8, ["additionalGids"] = new JsonArray(9), ["umask"] = 63 };
        process["cwd"] = "/tmp";
        process["rlimits"] = new JsonArray(new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = 333, ["hard"] = 444 });
        _container.Bundle.Env("FROM", "config").Env("HOME", "/h");
        Up();
        Assert.Equal("7 8 8 9\n/tmp\nconfig /h\n333 444\n0077\n", Exec([], "sh", "-c",
            "echo $(id -u) $(id -g) $(id -G); pwd; echo $FROM $HOME; echo $(ulimit -Sn) $(ulimit -Hn); umask").Ok().Stdout);
        string[] status = Exec([], "cat", "/proc/self/status").Ok().Stdout.Split('\n');
        string[] init = File.ReadAllLines($"/proc/{_container.Pid}/status");
        foreach (string field in (string[])["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs"])
            Assert.Equal(Field(init, field), Field(status, field));
    }

    [Fact]
    public void Flags_override_the_config()
    {
        _container.Bundle.Env("KEPT", "1").Env("CHANGED", "old");
        Up();
        Assert.Equal("7 8 8 20 21\n/etc\n1 new a=b=c\n", Exec(
            ["--user", "7:8", "-g", "20", "-g=21", "--cwd=/etc", "-e", "CHANGED=new", "-e", "MORE=a=b=c"], "sh", "-c",
            "echo $(id -u) $(id -g) $(id -G); pwd; echo $KEPT $CHANGED $MORE").Ok().Stdout);
        // Flags end at the program's name.
        Assert.Equal("-e X=1 --cwd / ", Exec([], "/bin/busybox", "printf", "%s ", "-e", "X=1", "--cwd", "/").Ok().Stdout);
        Assert.Equal("5 0\n", Exec(["-u", "5"], "sh", "-c", "echo $(id -u) $(id -g)").Ok().Stdout);
    }

    // path_resolution(7); exec makes no directory.
    [Theory]
    [InlineData("/l/../q", "/tmp/q")]
    [InlineData("/l/..", "/tmp")]
    [InlineData("/tmp/../../etc/", "/etc")]
    [InlineData("/missing/../etc", null)]
    public void The_working_directory_is_found_as_the_kernel_walks(string cwd, string? entered)
    {
        Directory.CreateDirectory(Path.Combine(_container.Bundle.Rootfs, "tmp/deep"));
        Directory.CreateDirectory(Path.Combine(_container.Bundle.Rootfs, "tmp/q"));
        File.CreateSymbolicLink(Path.Combine(_container.Bundle.Rootfs, "l"), "/tmp/deep");
        Up();
        Result result = Exec(["--cwd", cwd], "readlink", "/proc/self/cwd");
        if (entered != null) Assert.Equal(entered + "\n", result.Ok().Stdout);
        else Assert.Contains("no such file or directory", result.Fails().Stderr, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_container.Bundle.Rootfs, "missing")));
    }

    [Fact]
    public void A_variable_set_twice_is_passed_once()
    {
        Requires.Runcs();
        _container.Bundle.Env("TWICE", "first");
        Up();
        Assert.Equal("TWICE=third\n", Exec(["-e", "TWICE=second", "-e", "TWICE=third"], "sh", "-c", "env | grep TWICE").Ok().Stdout);
    }

    [Fact]
    public void Home_is_the_users_of_the_containers_passwd()
    {
        _container.Bundle.Put("/etc/passwd", "root:x:0:0::/root:/bin/sh\nuser:x:2000:2000::/home/user:/bin/sh\n");
        Up();
        Assert.Equal("/root\n", Exec([], "sh", "-c", "echo $HOME").Ok().Stdout);
        Assert.Equal("/home/user\n", Exec(["-u", "2000"], "sh", "-c", "echo $HOME").Ok().Stdout);
        Assert.Equal("/\n", Exec(["-u", "2001"], "sh", "-c", "echo $HOME").Ok().Stdout);
        Assert.Equal("/set\n", Exec(["-u", "2000", "-e", "HOME=/set"], "sh", "-c", "echo $HOME").Ok().Stdout);
    }

    // CVE-2022-29162: added capabilities are not inheritable.
    [Fact]
    public void A_capability_that_is_added_is_bounding_effective_and_permitted()
    {
        const ulong Chown = 1, Mknod = 1UL << 27;
        Up();
        string[] status = Exec(["--cap", "CAP_CHOWN", "--cap=CAP_MKNOD"], "cat", "/proc/self/status").Ok().Stdout.Split('\n');
        ulong before = Set(File.ReadAllLines($"/proc/{_container.Pid}/status"), "CapPrm");
        foreach (string set in (string[])["CapBnd", "CapEff", "CapPrm"]) Assert.Equal(before | Chown | Mknod, Set(status, set));
        foreach (string set in (string[])["CapInh", "CapAmb"]) Assert.Equal(0UL, Set(status, set) & (Chown | Mknod));
    }

    [Fact]
    public void An_ambient_capability_is_added_where_the_config_lets_it_be_inherited()
    {
        const ulong Kill = 1 << 5, Chown = 1;
        foreach (string set in (string[])["inheritable", "permitted", "effective", "bounding"])
            _container.Bundle.Process["capabilities"]![set] = new JsonArray("CAP_KILL");
        _container.Bundle.Process["capabilities"]!["ambient"] = new JsonArray();
        Up();
        Result result = Exec(["--cap", "CAP_KILL", "--cap", "CAP_CHOWN", "--user", "1000"], "cat", "/proc/self/status").Ok();
        string[] status = result.Stdout.Split('\n');
        Assert.Equal(Kill, Set(status, "CapAmb"));
        Assert.Equal(Kill, Set(status, "CapEff"));
        Assert.Equal(Kill | Chown, Set(status, "CapBnd"));
        if (RuntimeUnderTest.IsRuncs) Assert.Equal("", result.Stderr);
    }

    [Theory]
    [InlineData(true, null, "1")]
    [InlineData(false, null, "0")]
    [InlineData(false, "--no-new-privs", "1")]
    [InlineData(true, "--no-new-privs=false", "0")]
    public void No_new_privileges_is_the_configs_without_the_flag(bool config, string? flag, string value)
    {
        _container.Bundle.Process["noNewPrivileges"] = config;
        Up();
        Assert.Equal(value, Field(Exec(flag == null ? [] : [flag], "cat", "/proc/self/status").Ok().Stdout.Split('\n'), "NoNewPrivs"));
    }

    [Fact]
    public void A_caller_that_ignores_SIGCHLD_gets_the_exit_code()
    {
        Requires.That(File.Exists("/usr/bin/python3"), "needs /usr/bin/python3");
        Up();
        string[] exec = _container.Runtime.CommandLine("exec", _container.Id, "sh", "-c", "exit 5");
        Command.Run(["/usr/bin/python3", "-c", "import os,signal,sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])", .. exec]).Exits(5);
    }

    [Fact]
    public void Signals_to_exec_reach_the_program()
    {
        Up();
        using RunningCommand exec = _container.Runtime.Start("exec", _container.Id, "sh", "-c", "trap 'echo got; exit 6' USR1; echo up; while :; do sleep 0.02; done");
        exec.WaitForStdout("up");
        exec.Signal(10);
        Assert.Contains("got", exec.Wait().Exits(6).Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_concurrent_execs()
    {
        Up();
        RunningCommand[] all = [.. Enumerable.Range(0, 16).Select(i => _container.Runtime.Start("exec", _container.Id, "sh", "-c", $"echo {i}; exit {i}"))];
        for (int i = 0; i < all.Length; i++)
        {
            Assert.Equal($"{i}\n", all[i].Wait().Exits(i).Stdout);
            all[i].Dispose();
        }
        Assert.Equal([_container.Pid], Processes());
    }

    private void Up()
    {
        _container.Bundle.Args("/bin/sleep", "1000");
        _container.Up();
    }

    private Result Exec(string[] flags, params string[] commandLine) => _container.Runtime.Run(["exec", .. flags, _container.Id, .. commandLine]);

    private int[] Processes() => [.. File.ReadAllLines(Leftovers.Cgroups(_container.Id).First() + "/cgroup.procs").Select(int.Parse)];

    internal static JsonObject Program(params string[] args) => new() { ["args"] = new JsonArray([.. args.Select(arg => (JsonNode)arg)]), ["cwd"] = "/" };

    internal static string Field(string[] status, string name) => status.Single(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..].Trim();

    private static ulong Set(string[] status, string name) => Convert.ToUInt64(Field(status, name), 16);
}
