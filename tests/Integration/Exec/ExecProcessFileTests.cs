// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary><c>exec --process</c>: a process document in place of flags.</summary>
[OnAnyRuntime]
public sealed class ExecProcessFileTests : IDisposable
{
    private readonly Container _container = new();

    public ExecProcessFileTests() => Requires.Root();

    public void Dispose() => _container.Dispose();

    [Fact]
    public void A_process_file_is_all_of_the_process()
    {
        _container.Bundle.Env("FROM", "config").Process["cwd"] = "/tmp";
        _container.Bundle.Process["user"] = new JsonObject { ["uid"] = 7, ["gid"] = 8 };
        Up();
        Assert.Equal("3 4 4 5\n/etc\nfile -\n", ExecFile(new JsonObject
        {
            ["user"] = new JsonObject { ["uid"] = 3, ["gid"] = 4, ["additionalGids"] = new JsonArray(5) },
            ["args"] = new JsonArray("/bin/sh", "-c", "echo $(id -u) $(id -g) $(id -G); pwd; echo $A ${FROM:--}"),
            ["cwd"] = "/etc",
            ["env"] = new JsonArray("A=file", "PATH=/bin"),
        }).Ok().Stdout);
    }

    [Fact]
    public void Members_missing_in_a_process_file_come_from_the_config()
    {
        Requires.That(RuntimeUnderTest.IsRuncs, "runc 1.1 leaves out the limits of the config");
        _container.Bundle.Process["rlimits"] = new JsonArray(new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = 333, ["hard"] = 444 });
        Up();
        string[] status = ExecFile(ExecTests.Program("/bin/cat", "/proc/self/status")).Ok().Stdout.Split('\n');
        Assert.Equal(ExecTests.Field(File.ReadAllLines($"/proc/{_container.Pid}/status"), "CapBnd"), ExecTests.Field(status, "CapBnd"));
        // Except for no_new_privs: missing means false.
        Assert.Equal("0", ExecTests.Field(status, "NoNewPrivs"));
        Assert.Equal("333 444\n", ExecFile(ExecTests.Program("/bin/sh", "-c", "echo $(ulimit -Sn) $(ulimit -Hn)")).Ok().Stdout);
        JsonObject own = ExecTests.Program("/bin/sh", "-c", "echo $(ulimit -Sn) $(ulimit -Hn) $(grep CapEff /proc/self/status)");
        own["rlimits"] = new JsonArray(new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = 55, ["hard"] = 66 });
        own["capabilities"] = new JsonObject { ["bounding"] = new JsonArray("CAP_KILL"), ["effective"] = new JsonArray("CAP_KILL"), ["permitted"] = new JsonArray("CAP_KILL") };
        Assert.Equal("55 66 CapEff: 0000000000000020\n", ExecFile(own).Ok().Stdout);
    }

    [Fact]
    public void A_process_file_may_be_a_pipe()
    {
        Up();
        string[] exec = _container.Runtime.CommandLine("exec", "--process", "/dev/stdin", _container.Id);
        Assert.Equal("piped\n", Command.Run(["sh", "-c", $"echo '{ExecTests.Program("/bin/echo", "piped").ToJsonString()}' | exec \"$@\"", "sh", .. exec]).Ok().Stdout);
    }

    private void Up()
    {
        _container.Bundle.Args("/bin/sleep", "1000");
        _container.Up();
    }

    private Result ExecFile(JsonObject process)
    {
        File.WriteAllText(_container.Path("process.json"), process.ToJsonString());
        return _container.Runtime.Run("exec", "--process", _container.Path("process.json"), _container.Id);
    }
}
