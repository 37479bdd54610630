// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Runcs.Native;

namespace Runcs.Integration;

[OnAnyRuntime]
public class KillTests
{
    public KillTests() => Requires.Root();

    [Theory]
    [Requirement("runtime/kill-sends")]
    [InlineData("KILL")]
    [InlineData("SIGKILL")]
    [InlineData("sigkill")]
    [InlineData("9")]
    public void A_signal_is_named_in_many_ways(string signal)
    {
        using Container container = Sleeping();
        container.Kill(signal).Ok();
        container.WaitForStatus("stopped");
    }

    [Fact]
    [Requirement("runtime/kill-sends")]
    public void Without_a_signal_it_is_SIGTERM()
    {
        using Container container = new();
        string shared = Directory.CreateDirectory(container.Path("shared")).FullName;
        container.Bundle.Mount("/tmp", "bind", shared, "bind")
            .Shell("trap 'echo TERM > /tmp/mark; exit' TERM; echo up > /tmp/up; while true; do sleep 0.05; done");
        container.Up();
        Eventually.True(() => File.Exists(Path.Combine(shared, "up")), "the program does not start");
        container.Kill().Ok();
        container.WaitForStatus("stopped");
        Assert.Equal("TERM\n", File.ReadAllText(Path.Combine(shared, "mark")));
    }

    [Fact]
    [InGuest]
    public void A_created_container_can_be_killed()
    {
        using Container container = new();
        container.Create().Ok();
        container.Kill("KILL").Ok();
        container.WaitForStatus("stopped");
    }

    [Fact]
    public void Signal_0_asks_whether_it_runs()
    {
        using Container container = Sleeping();
        container.Kill("0").Ok();
        Assert.Equal("running", container.Status);
    }

    // The execve closes the report channel, whose end start waits for, and the start channel, by which the status is
    // created, in undefined order: a reader in the test holds the second one open.
    [Fact]
    public void After_start_it_is_no_longer_created()
    {
        Requires.Runcs();
        using Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        container.Create().Ok();
        using Fd reader = Files.Open(Path.Combine(container.Runtime.Root, container.Id, "start"), OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK);
        using RunningCommand start = container.Runtime.Start(["start", container.Id]);
        // proc_pid_syscall(5): poll(2) with a timeout in milliseconds.
        Eventually.True(() => File.ReadAllText($"/proc/{start.Pid}/syscall") is var call && call.StartsWith("7 ", StringComparison.Ordinal) && call.Contains(" 0x2710 ", StringComparison.Ordinal), "start waits");
        Assert.Equal("created", container.Status);
        reader.Dispose();
        start.Wait().Ok();
        Assert.Equal("running", container.Status);
    }

    [Fact]
    [Requirement("runtime/kill-not-running")]
    public void A_stopped_container_cannot_be_killed()
    {
        using Container container = new();
        container.Up();
        container.WaitForStatus("stopped");
        ErrorMessage.Is("container not running", container.Kill("KILL"));
    }

    [Fact]
    public void With_all_a_stopped_container_is_no_error()
    {
        Requires.Runcs(); // runc since 1.2
        using Container container = new();
        container.Up();
        container.WaitForStatus("stopped");
        container.Runtime.Run("kill", "--all", container.Id, "KILL").Ok();
    }

    [Theory]
    [InlineData("frob", "unknown signal \"frob\"")]
    [InlineData("SIG", "unknown signal \"SIG\"")]
    [InlineData("99", "unable to signal init: invalid argument")]
    public void An_invalid_signal_is_refused(string signal, string message)
    {
        using Container container = Sleeping();
        ErrorMessage.Is(message, container.Kill(signal));
        Assert.Equal("running", container.Status);
    }

    [Fact]
    public void A_pid_that_belongs_to_another_process_by_now_is_left_alone()
    {
        Requires.Runcs(); // edits the record
        using Container container = new();
        container.Up();
        container.WaitForStatus("stopped");
        using RunningCommand other = Command.Start(Options.Default, "/bin/sleep", "100");
        Edit(container, record => record["pid"] = other.Pid);
        Assert.Equal("stopped", container.Status);
        ErrorMessage.Is("container not running", container.Kill("KILL"));
        ErrorMessage.Is("cannot start a container that has stopped", container.Start());
        container.Delete("--force").Ok();
        Assert.False(other.HasExited);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [InGuest]
    public void In_the_hosts_pid_namespace_SIGKILL_ends_every_process(bool initIsGone)
    {
        Requires.Runcs(); // runc since 1.2
        using Container container = new();
        container.Bundle.Namespace("pid").Shell("sleep 100 & sleep 100 & echo; exec sleep 100");
        container.Up();
        Eventually.True(() => Processes(container) == 3, () => $"{Processes(container)} processes");
        if (initIsGone)
        {
            Assert.Equal(0, Libc.kill(container.Pid, Libc.SIGKILL));
            container.WaitForStatus("stopped");
        }
        container.Kill("KILL").Ok();
        Eventually.True(() => Processes(container) == 0, () => $"{Processes(container)} processes");
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    private static int Processes(Container container) => Leftovers.Cgroups(container.Id)
        .Where(cgroup => cgroup.StartsWith("/sys/fs/cgroup/pids", StringComparison.Ordinal) || !Directory.Exists("/sys/fs/cgroup/pids"))
        .Sum(cgroup => File.ReadAllLines(Path.Combine(cgroup, "cgroup.procs")).Length);

    private static void Edit(Container container, Action<JsonNode> edit)
    {
        string path = Path.Combine(container.Runtime.Root, container.Id, "state.json");
        JsonNode record = JsonNode.Parse(File.ReadAllText(path))!;
        edit(record);
        File.WriteAllText(path, record.ToJsonString());
    }

    private static Container Sleeping()
    {
        Container container = new();
        container.Bundle.Args("/bin/sleep", "100");
        return container.Up();
    }
}
