// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration.Rootless;

/// <summary>What a config can ask for, for an ordinary user; as a user of the container too, whose ids are not the caller's.</summary>
public class OrdinaryUserFeatureTests
{
    public OrdinaryUserFeatureTests() => Requires.Runcs();

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void Attributes_of_the_process(int uid)
    {
        using Container container = New(uid);
        JsonNode process = container.Bundle.Process;
        process["oomScoreAdj"] = 300;
        process["rlimits"] = new JsonArray(new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = 400, ["hard"] = 500 });
        process["scheduler"] = new JsonObject { ["policy"] = "SCHED_BATCH", ["nice"] = 5 };
        process["ioPriority"] = new JsonObject { ["class"] = "IOPRIO_CLASS_BE", ["priority"] = 6 };
        container.Bundle.Linux["personality"] = new JsonObject { ["domain"] = "LINUX" };
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        Check(container.Pid);
        container.Runtime.Run("exec", "--detach", "--pid-file", container.Path("pid"), container.Id, "sleep", "100").Ok();
        Check(int.Parse(File.ReadAllText(container.Path("pid"))));
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);

        static void Check(int pid)
        {
            // proc_pid_stat(5): 19 is nice, 41 the policy; 3 is SCHED_BATCH.
            string[] fields = File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1].Split(' ');
            Assert.Equal(("5", "3"), (fields[19 - 3], fields[41 - 3]));
            Assert.Contains("best-effort: prio 6", Command.Run("ionice", "-p", $"{pid}").Ok().Stdout, StringComparison.Ordinal);
            Assert.Matches("Max open files +400 +500 ", File.ReadAllText($"/proc/{pid}/limits"));
            Assert.Equal("300\n", File.ReadAllText($"/proc/{pid}/oom_score_adj"));
        }
    }

    [Fact]
    public void New_namespaces_of_every_kind()
    {
        using Container container = New(1000);
        foreach (string kind in (string[])["network", "time", "cgroup"]) ((JsonArray)container.Bundle.Linux["namespaces"]!).Add(new JsonObject { ["type"] = kind });
        container.Bundle.Linux["timeOffsets"] = new JsonObject { ["boottime"] = new JsonObject { ["secs"] = 1000, ["nanosecs"] = 0 } };
        container.Bundle.Linux["sysctl"] = new JsonObject { ["net.ipv4.ip_unprivileged_port_start"] = "80", ["kernel.shmmni"] = "777" };
        container.Bundle.Config["hostname"] = "hosty";
        container.Bundle.Shell("hostname; cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/kernel/shmmni; grep -c 'boottime *1000 ' /proc/self/timens_offsets; ls /sys/class/net; cat /proc/self/cgroup | grep -c ':/$'");
        string[] lines = container.Run().Ok().Stdout.Split('\n');
        Assert.Equal(["hosty", "80", "777", "1"], lines[..4]);
        Leftovers.AssertNone(container);
    }

    // Those of the runtime's namespaces run as the user, those of the container's as its root or its user.
    [Fact]
    public void Hooks()
    {
        using Container container = New(1000);
        string file = container.Path("hooks/ran");
        OrdinaryUser.WithRanges(container.Path(".")).Give(Directory.CreateDirectory(container.Path("hooks")).FullName);
        File.SetUnixFileMode(container.Path("hooks"), (UnixFileMode)0b111_111_111);
        container.Bundle.Mount("/hooks", "bind", container.Path("hooks"), "bind");
        var hooks = new JsonObject();
        foreach (string kind in (string[])["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"])
        {
            string place = kind == "startContainer" ? "/hooks" : container.Path("hooks");
            hooks[kind] = new JsonArray(new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", $"umask 0; echo {kind} $(id -u) >> {place}/ran") });
        }
        container.Bundle.Config["hooks"] = hooks;
        container.Bundle.Shell("true");
        container.Run().Ok();
        Assert.Equal(["prestart 424211", "createRuntime 424211", "createContainer 0", "startContainer 1000", "poststart 424211", "poststop 424211"], File.ReadAllLines(file));
        Leftovers.AssertNone(container);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_seccomp_filter(bool noNewPrivileges)
    {
        using Container container = New(1000);
        container.Bundle.Process["noNewPrivileges"] = noNewPrivileges;
        container.Bundle.Linux["seccomp"] = new JsonObject
        {
            ["defaultAction"] = "SCMP_ACT_ALLOW",
            ["syscalls"] = new JsonArray(new JsonObject { ["names"] = new JsonArray("mkdir", "mkdirat"), ["action"] = "SCMP_ACT_ERRNO", ["errnoRet"] = 22 }),
        };
        container.Bundle.Shell("grep Seccomp: /proc/self/status; mkdir /tmp/made");
        Result result = container.Run().Fails();
        Assert.Equal("Seccomp:\t2\n", result.Stdout);
        Assert.Contains("Invalid argument", result.Stderr, StringComparison.Ordinal);
    }

    // No mknod(2) in a user namespace: the host's node, with its own owner and mode.
    [Fact]
    public void Devices_are_the_hosts()
    {
        using Container container = New(1000);
        container.Bundle.Linux["devices"] = new JsonArray(
            new JsonObject { ["path"] = "/dev/full", ["type"] = "c", ["major"] = 1, ["minor"] = 7 },
            new JsonObject { ["path"] = "/dev/pipe", ["type"] = "p", ["fileMode"] = 438 });
        container.Bundle.Shell("echo > /dev/full; stat -c '%F' /dev/full /dev/pipe; echo x > /dev/null");
        Result result = container.Run().Ok();
        Assert.Equal("character special file\nfifo\n", result.Stdout);
        Assert.Contains("No space left", result.Stderr, StringComparison.Ordinal);
        container.Bundle.Linux["devices"] = new JsonArray(new JsonObject { ["path"] = "/dev/other", ["type"] = "c", ["major"] = 1, ["minor"] = 7 });
        Assert.Contains("linux.devices[0]: \"/dev/other\" cannot be created with mknod(2) here, and the host has no such device to bind", ErrorMessage.Of(container.Run()), StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    // What needs a privilege that nobody has given: an error that names it, and nothing is left.
    [Theory]
    [InlineData("process.scheduler: sched_setattr(2) on \"SCHED_FIFO\": operation not permitted (EPERM)", "scheduler", """{ "policy": "SCHED_FIFO", "priority": 5 }""")]
    [InlineData("process.oomScoreAdj: write(2) on \"/proc/", "oomScoreAdj", "-500")]
    [InlineData("process.rlimits[0]: prlimit(2)", "rlimits", """[{ "type": "RLIMIT_MEMLOCK", "soft": 18446744073709551615, "hard": 18446744073709551615 }]""")]
    public void Without_the_privilege_it_is_an_error(string message, string member, string value)
    {
        using Container container = New(0);
        container.Bundle.Process[member] = JsonNode.Parse(value);
        container.Runtime.Prefix = [.. container.Runtime.Prefix, "prlimit", "--memlock=65536:65536", "--"];
        Assert.Contains(message, ErrorMessage.Of(container.Create()), StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_root_in_the_users_closed_home_and_a_mount_of_it()
    {
        using Container container = New(0);
        File.SetUnixFileMode(container.Bundle.Directory, (UnixFileMode)0b111_000_000);
        container.Bundle.Mount("/own", "bind", container.Bundle.Directory, "rbind", "ro");
        container.Bundle.Shell("ls /own; touch /own/x");
        Result result = container.Run().Fails();
        Assert.Equal("config.json\nrootfs\n", result.Stdout);
        Assert.Contains("Read-only file system", result.Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }

    private static Container New(int uid)
    {
        var container = new Container();
        OrdinaryUser user = OrdinaryUser.WithRanges(container.Path("."));
        user.Adopt(container);
        user.MapRange(container);
        container.Bundle.Process["user"] = new JsonObject { ["uid"] = uid, ["gid"] = uid };
        return container;
    }
}
