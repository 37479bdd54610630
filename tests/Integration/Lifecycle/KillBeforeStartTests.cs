// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace Runcs.Integration;

/// <summary>
/// Signals before the program runs: the first process of a pid namespace ignores those with the default action
/// (pid_namespaces(7)), but a created container ends by them.
/// </summary>
public class KillBeforeStartTests
{
    // signal(7), "Standard signals": the action Term or Core; and SIGRTMIN+3, Podman's stop signal for systemd.
    private static readonly int[] _ending = [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 24, 25, 26, 27, 29, 30, 31, 37];

    // Ign, Cont and Stop; SIGSTOP stops any process.
    private static readonly int[] _others = [17, 18, 20, 21, 22, 23, 28];

    public KillBeforeStartTests()
    {
        Requires.Root();
        Requires.Runcs();
    }

    [Theory]
    [InlineData("own")]
    [InlineData("the host's")]
    [InlineData("a pod's")]
    public void Each_signal_whose_default_action_ends_a_process_ends_a_created_container(string pids)
    {
        using Container pod = new();
        if (pids == "a pod's") pod.Bundle.Args("/bin/sleep", "100");
        if (pids == "a pod's") pod.Up();
        foreach (int signal in _ending)
        {
            using Container container = new();
            if (pids == "the host's") container.Bundle.Namespace("pid");
            if (pids == "a pod's") container.Bundle.Namespace("pid", $"/proc/{pod.Pid}/ns/pid");
            container.Create().Ok();
            container.Kill(signal.ToString()).Ok();
            Eventually.True(() => container.Status == "stopped", $"signal {signal} ends the container");
            ErrorMessage.Is("cannot start a container that has stopped", container.Start());
            container.Delete().Ok();
            Leftovers.AssertNone(container);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Other_signals_leave_it_as_it_is(bool own)
    {
        using Container container = new();
        if (!own) container.Bundle.Namespace("pid");
        container.Bundle.Shell("cat /proc/self/status > /run/status; sleep 100");
        container.Bundle.Config["root"]!["readonly"] = false;
        container.Create().Ok();
        // Outside of a pid namespace of its own the terminal's signals stop the process.
        foreach (int signal in own ? _others : _others[..2]) container.Kill(signal.ToString()).Ok();
        Assert.Equal("created", container.Status);
        container.Start().Ok();
        Assert.Equal("running", container.Status);
    }

    // As of runc's waiting process.
    [Theory]
    [InlineData("own", "+++ exited with 2 +++")]
    [InlineData("the host's", "+++ killed by SIGTERM +++")]
    public void Its_exit_status_is_that_of_a_process_ended_by_the_signal(string pids, string end)
    {
        Requires.Program("strace");
        using Container container = new();
        if (pids == "the host's") container.Bundle.Namespace("pid");
        string trace = container.Path("trace");
        container.Runtime.Tracer = ["strace", "-D", "-f", "-q", "-e", "trace=none", "-e", "signal=TERM", "-o", trace];
        container.Create().Ok();
        container.Runtime.Tracer = [];
        int pid = container.Pid;
        container.Kill("TERM").Ok();
        container.WaitForStatus("stopped");
        Eventually.True(() => File.ReadLines(trace).Any(line => line.StartsWith($"{pid} ", StringComparison.Ordinal) && line.EndsWith(end, StringComparison.Ordinal)), () => File.ReadAllText(trace));
    }

    // An engine may signal the pid, and a process beside it may too.
    [Fact]
    public void Kill_of_its_pid_ends_it_from_outside_and_from_inside()
    {
        const int SIGTERM = 15;
        using Container container = new();
        container.Create().Ok();
        Assert.Equal(0, Libc.kill(container.Pid, SIGTERM));
        container.WaitForStatus("stopped");
        using Container other = new();
        other.Create().Ok();
        other.Exec("/bin/sh", "-c", "kill 1; sleep 100");
        other.WaitForStatus("stopped");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_signal_while_a_startContainer_hook_runs_ends_the_start_with_an_error(bool run)
    {
        using Container container = new();
        container.Bundle.Config["root"]!["readonly"] = false;
        container.Bundle.Shell("touch /run/program").Config["hooks"] = new JsonObject { ["startContainer"] = FaultTests.Hook("touch /run/hook; exec sleep 100") };
        if (!run) container.Create().Ok();
        using RunningCommand command = run ? container.StartRun() : container.Runtime.Start(["start", container.Id]);
        Eventually.True(() => File.Exists(Path.Combine(container.Bundle.Rootfs, "run/hook")), "the hook runs");
        container.Kill("TERM").Ok();
        Assert.Equal("unable to start container process: ended by signal 15 (terminated) before the program", ErrorMessage.Of(command.Wait()));
        Assert.False(File.Exists(Path.Combine(container.Bundle.Rootfs, "run/program")));
        if (!run) container.WaitForStatus("stopped");
        if (!run) container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_hook_has_default_dispositions()
    {
        using Container container = new();
        container.Bundle.Config["root"]!["readonly"] = false;
        container.Bundle.Shell("cat /run/status").Config["hooks"] = new JsonObject
        {
            ["startContainer"] = new JsonArray(new JsonObject { ["path"] = "/bin/sh", ["args"] = new JsonArray("sh", "-c", "exec cat /proc/self/status > /run/status") }),
        };
        string[] lines = container.Run().Ok().Stdout.Split('\n');
        foreach (string name in (string[])["SigBlk", "SigIgn", "SigCgt", "SigPnd", "ShdPnd"])
            Assert.Contains($"{name}:\t0000000000000000", lines);
    }
}
