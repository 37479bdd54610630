// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// Containers that join another's pid namespace: the processes that they see of each other, and those that must stay
/// invisible.
/// </summary>
[OnAnyRuntime]
public class PodTests
{
    private const string Stage = "/memfd:runcs-stage (deleted)";

    public PodTests() => Requires.Root();

    [Fact]
    public void Containers_of_a_pod_see_each_others_processes()
    {
        using Container first = Sandbox();
        using Container second = Member(first, "echo $$; for p in /proc/[0-9]*; do cat $p/comm; done; kill -0 1 && echo reached");
        string[] lines = second.Run().Ok().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEqual("1", lines[0]);
        Assert.Contains("sleep", lines);
        Assert.Contains("sh", lines);
        Assert.Contains("reached", lines);
        Leftovers.AssertNone(second);
        Assert.Equal("running", first.Status);
    }

    [Fact]
    public void A_member_leads_its_own_session_and_its_pid_is_reported_as_the_host_sees_it()
    {
        using Container first = Sandbox();
        using Container second = Member(first, "cat /proc/self/stat; sleep 100");
        second.Create("--pid-file", second.Path("pid")).Ok();
        int pid = second.Pid;
        Assert.Equal(pid.ToString(), File.ReadAllText(second.Path("pid")));
        second.Start().Ok();
        string[] fields = File.ReadAllText($"/proc/{pid}/stat").Split(' ');
        Assert.Equal(pid.ToString(), fields[4]);
        Assert.Equal(pid.ToString(), fields[5]);
        Assert.Equal(2, File.ReadLines($"/proc/{pid}/status").Single(line => line.StartsWith("NSpid:", StringComparison.Ordinal)).Split('\t').Length - 1);
        second.Kill("KILL").Ok();
        second.WaitForStatus("stopped");
        second.Delete().Ok();
        Leftovers.AssertNone(second);
    }

    [Fact]
    public void A_member_that_is_ready_before_its_pid_is_reported_is_awaited()
    {
        Requires.Runcs();
        Requires.Program("strace");
        using Container first = Sandbox();
        using Container second = Member(first, "echo ran");
        // The exec stage's clone(2) returns late in the process that then sends the pid.
        second.Runtime.Tracer = ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=clone", "-e", "inject=clone:delay_exit=200000"];
        Assert.Equal("ran\n", second.Run().Ok().Stdout);
        second.Create().Ok();
        Assert.Equal("created", second.Status);
        Assert.Contains("memfd:runcs-stage", new FileInfo($"/proc/{second.Pid}/exe").LinkTarget, StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_of_the_first_is_the_end_of_the_pod()
    {
        using Container first = Sandbox();
        using Container second = Member(first, "sleep 100");
        second.Up();
        using Container waiting = Member(first, "sleep 100");
        waiting.Create().Ok();
        first.Kill("KILL").Ok();
        second.WaitForStatus("stopped");
        waiting.WaitForStatus("stopped");
        using Container late = Member(second, "true");
        late.Create().Fails();
        Leftovers.AssertNone(late);
    }

    [Fact]
    public void Options_of_proc_apply_in_a_joined_pid_namespace()
    {
        using Container first = Sandbox();
        using Container second = Member(first, "grep ' /proc ' /proc/self/mountinfo");
        JsonNode proc = second.Bundle.Mounts.Single(mount => (string?)mount!["destination"] == "/proc")!;
        proc["options"] = new JsonArray("nosuid", "noexec", "nodev", "noatime", "hidepid=2");
        string line = second.Run().Ok().Stdout;
        Assert.Contains(" rw,nosuid,nodev,noexec,noatime ", line, StringComparison.Ordinal);
        Assert.Contains(" - proc proc rw,hidepid=", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_image_of_the_runtime_is_ever_seen_inside(bool olderKernel)
    {
        Requires.Runcs();
        using Container first = Sandbox();
        using ProcessWatcher watcher = new(first.Pid);
        using Container member = Member(first, "true");
        if (olderKernel) member.Runtime.Tracer = NoPidns;
        for (int i = 0; i < 20; i++) member.Run().Ok();
        IReadOnlyCollection<string> seen = watcher.Stop();
        // The watcher does see short-lived processes.
        Assert.Contains(Stage, seen);
        Assert.Contains("runcs-init", seen);
        Assert.All(seen.Where(seen => seen != Stage && seen != "runcs-init"), seen =>
        {
            Assert.DoesNotContain("runc", seen, StringComparison.Ordinal);
            Assert.DoesNotContain("memfd", seen, StringComparison.Ordinal);
        });
        // CAP_KILL, CAP_NET_BIND_SERVICE and CAP_AUDIT_WRITE, as in the config; the process that mounts proc on an older
        // kernel needs more.
        if (!olderKernel) Assert.Equal(["CapPrm:\t0000000020000420"], watcher.Privileges);
    }

    [Fact]
    public void Before_Linux_6_17_a_process_inside_mounts_proc()
    {
        Requires.Runcs();
        using Container first = Sandbox();
        using Container second = Member(first, "cat /proc/1/comm; readlink /proc/1/ns/pid; readlink /proc/self/ns/pid");
        second.Runtime.Tracer = NoPidns;
        string[] lines = second.Run().Ok().Stdout.Split('\n');
        Assert.Equal("sleep", lines[0]);
        Assert.Equal(lines[1], lines[2]);
        Leftovers.AssertNone(second);
    }

    [Theory]
    [InlineData("fsmount")]
    [InlineData("sendmsg")]
    public void A_failure_inside_is_reported(string call)
    {
        Requires.Runcs();
        using Container first = Sandbox();
        using Container second = Member(first, "true");
        second.Runtime.Tracer = [.. NoPidns, "-e", $"trace=fsconfig,{call}", "-e", $"inject={call}:error=ENOMEM:when=1"];
        Assert.Equal($"mounts[0]: {call}(2) on \"proc\": cannot allocate memory (ENOMEM) (destination \"/proc\")", ErrorMessage.Of(second.Create()));
        Leftovers.AssertNone(second);
        Assert.Equal("running", first.Status);
    }

    // The clone's first fsconfig(2) has pidns=; in the process inside, the first one only names the source.
    private static IReadOnlyList<string> NoPidns => Faults.Fail("fsconfig", "EINVAL");

    private static Container Sandbox()
    {
        Container container = new();
        container.Bundle.Args("/bin/sleep", "1000");
        return container.Up();
    }

    private static Container Member(Container first, string script)
    {
        Container container = new();
        string pid = first.Pid is > 0 and int live ? live.ToString() : "self/task/nobody";
        container.Bundle.Namespace("pid", $"/proc/{pid}/ns/pid").Namespace("ipc", $"/proc/{pid}/ns/ipc").Shell(script);
        return container;
    }
}
