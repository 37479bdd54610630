// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary><c>pause</c> and <c>resume</c>, by the freezer of cgroup v1 and of v2.</summary>
[OnAnyRuntime]
public class PauseTests
{
    // Each step of the program is written to a file of the test.
    private const string Counting = "i=0; while true; do i=$((i + 1)); echo $i > /shared/count; done";

    public PauseTests() => Requires.Root();

    [Fact]
    [InGuest]
    public void A_paused_container_stops_and_continues()
    {
        using Container container = Up(Counting, out string shared);
        string count = Path.Combine(shared, "count");
        Eventually.True(() => Number(count) > 0, "the program counts");
        Silent(container.Runtime.Run("pause", container.Id));
        Assert.Equal("paused", container.Status);
        Assert.True(container.Pid > 0);
        int stopped = Number(count);
        Thread.Sleep(20);
        Assert.Equal(stopped, Number(count));

        Silent(container.Runtime.Run("resume", container.Id));
        Assert.Equal("running", container.Status);
        Eventually.True(() => Number(count) > stopped, "the program counts on");
    }

    [Fact]
    [InGuest]
    public void A_created_container_can_be_paused_and_is_not_started_until_it_is_resumed()
    {
        using Container container = new();
        container.Bundle.Args("sleep", "100");
        container.Create().Ok();
        container.Runtime.Run("pause", container.Id).Ok();
        Assert.Equal("paused", container.Status);
        ErrorMessage.Is("cannot start a container in the paused state", container.Start());
        Assert.Contains("that is not stopped: paused", container.Delete().Fails().Stderr, StringComparison.Ordinal);

        container.Runtime.Run("resume", container.Id).Ok();
        Assert.Equal("created", container.Status);
        container.Start().Ok();
        Assert.Equal("running", container.Status);
    }

    [Fact]
    public void Pause_and_resume_in_the_wrong_state_are_refused()
    {
        using Container container = Up("exec sleep 100", out _);
        ErrorMessage.Is("container not paused", container.Runtime.Run("resume", container.Id));
        container.Runtime.Run("pause", container.Id).Ok();
        ErrorMessage.Is("container not running", container.Runtime.Run("pause", container.Id));
        Assert.Equal("paused", container.Status);
        container.Runtime.Run("resume", container.Id).Ok();

        container.Kill("KILL").Ok();
        container.WaitForStatus("stopped");
        ErrorMessage.Is("container not running", container.Runtime.Run("pause", container.Id));
        ErrorMessage.Is("container not paused", container.Runtime.Run("resume", container.Id));
        container.Delete().Ok();
        ErrorMessage.Is("container does not exist", container.Runtime.Run("pause", container.Id));
        ErrorMessage.Is("container does not exist", container.Runtime.Run("resume", container.Id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_paused_container_is_deleted_by_force_alone(bool isRunning)
    {
        using Container container = new();
        container.Bundle.Args("sleep", "100");
        container.Create().Ok();
        if (isRunning) container.Start().Ok();
        container.Runtime.Run("pause", container.Id).Ok();
        ErrorMessage.Is($"cannot delete container {container.Id} that is not stopped: paused", container.Delete());
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    [InGuest]
    public void SIGKILL_ends_a_paused_container()
    {
        using Container container = Up("exec sleep 100", out _);
        container.Runtime.Run("pause", container.Id).Ok();
        container.Kill("KILL").Ok();
        container.WaitForStatus("stopped");
    }

    [Fact]
    public void Other_signals_wait_until_it_is_resumed()
    {
        using Container container = Up("trap 'echo TERM > /shared/term; exit' TERM; echo > /shared/up; while true; do sleep 0.01; done", out string shared);
        Eventually.True(() => File.Exists(Path.Combine(shared, "up")), "the program is up");
        container.Runtime.Run("pause", container.Id).Ok();
        container.Kill("TERM").Ok();
        Assert.Equal("paused", container.Status);
        container.Runtime.Run("resume", container.Id).Ok();
        container.WaitForStatus("stopped");
        Assert.Equal("TERM\n", File.ReadAllText(Path.Combine(shared, "term")));
    }

    // On v1 forks during the freezing may delay it.
    [Fact]
    public void A_container_that_forks_all_the_time_is_paused_too()
    {
        using Container container = Up("for i in 1 2 3 4 5 6 7 8; do (while true; do (true) & done) & done 2>/dev/null; wait", out _);
        for (int i = 0; i < 5; i++)
        {
            container.Runtime.Run("pause", container.Id).Ok();
            Assert.Equal("paused", container.Status);
            container.Runtime.Run("resume", container.Id).Ok();
        }
    }

    [Fact]
    public void In_the_hosts_pid_namespace_every_process_is_paused()
    {
        using Container container = Up("(" + Counting + ") & exec sleep 100", out string shared, hostPids: true);
        string count = Path.Combine(shared, "count");
        Eventually.True(() => Number(count) > 0, "the program counts");
        container.Runtime.Run("pause", container.Id).Ok();
        int stopped = Number(count);
        Thread.Sleep(20);
        Assert.Equal(stopped, Number(count));
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    // Freezing a cgroup above the containers pauses none of them.
    [Fact]
    public void A_container_below_a_frozen_cgroup_is_not_itself_paused()
    {
        Requires.CgroupV1();
        using Container container = Up("exec sleep 100", out _, cgroupsPath: "/{id}/c");
        string state = $"/sys/fs/cgroup/freezer/{container.Id}/freezer.state";
        File.WriteAllText(state, "FROZEN");
        try
        {
            Eventually.True(() => File.ReadAllText(state) == "FROZEN\n", "it is frozen");
            Assert.Equal("running", container.Status);
            ErrorMessage.Is("container not paused", container.Runtime.Run("resume", container.Id));
        }
        finally
        {
            File.WriteAllText(state, "THAWED");
        }
    }

    [Fact]
    public void A_container_that_cannot_be_frozen_keeps_running()
    {
        Requires.Runcs();
        Requires.CgroupV1();
        using Container container = Up("exec sleep 100", out _);
        // The file cannot be written.
        string state = Leftovers.Cgroups(container.Id).Single(cgroup => cgroup.StartsWith("/sys/fs/cgroup/freezer", StringComparison.Ordinal)) + "/freezer.state";
        container.Runtime.Prefix = ["unshare", "-m", "/bin/sh", "-c", $"mount --bind {state} {state} && mount -o remount,bind,ro {state} && exec \"$@\"", "sh"];
        Assert.Equal($"unable to freeze the container's cgroup: openat(2) on \"{state}\": read-only file system (EROFS)", ErrorMessage.Of(container.Runtime.Run("pause", container.Id)));
        container.Runtime.Prefix = [];
        Assert.Equal("running", container.Status);
    }

    [Fact]
    public void A_freezer_cgroup_that_was_removed_is_named()
    {
        Requires.Runcs();
        Requires.CgroupV1();
        using Container container = Up("exec sleep 100", out _);
        string cgroup = Leftovers.Cgroups(container.Id).Single(cgroup => cgroup.StartsWith("/sys/fs/cgroup/freezer", StringComparison.Ordinal));
        File.WriteAllText("/sys/fs/cgroup/freezer/cgroup.procs", container.Pid.ToString());
        Directory.Delete(cgroup);
        Assert.Equal($"unable to freeze the container's cgroup: openat(2) on \"{cgroup}/freezer.state\": no such file or directory (ENOENT)", ErrorMessage.Of(container.Runtime.Run("pause", container.Id)));
        Assert.Equal("running", container.Status);
        // Its processes are found in the other hierarchies.
        Assert.Equal($"[{container.Pid}]\n", container.Runtime.Run("ps", "--format", "json", container.Id).Ok().Stdout);
    }

    private static int Number(string file) => File.Exists(file) && int.TryParse(File.ReadAllText(file), out int number) ? number : 0;

    private static void Silent(Result result)
    {
        result.Ok();
        Assert.Equal("", result.Stdout + result.Stderr);
    }

    private static Container Up(string script, out string shared, bool hostPids = false, string? cgroupsPath = null)
    {
        Container container = new();
        shared = Directory.CreateDirectory(container.Path("shared")).FullName;
        container.Bundle.Mount("/shared", "bind", shared, "bind").Shell(script);
        if (hostPids) container.Bundle.Namespace("pid");
        if (cgroupsPath != null) container.Bundle.Linux["cgroupsPath"] = cgroupsPath.Replace("{id}", container.Id, StringComparison.Ordinal);
        return container.Up();
    }
}
