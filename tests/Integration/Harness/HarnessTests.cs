// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>Tests of the harness itself, which the other tests rely on.</summary>
public class HarnessTests
{
    [Fact]
    public void Large_output_comes_whole_through_files_and_through_pipes()
    {
        string[] command = ["sh", "-c", "cat; echo error >&2; exit 3"];
        byte[] input = new byte[3_000_000];
        Random.Shared.NextBytes(input);
        foreach (bool pipes in (bool[])[false, true])
        {
            Result result = Command.Run(new Options { Stdin = input, Pipes = pipes }, command).Exits(3);
            Assert.Equal(input, result.StdoutBytes);
            Assert.Equal("error\n", result.Stderr);
        }
    }

    [Fact]
    public void A_child_that_keeps_the_output_does_not_hold_up_a_command() =>
        Assert.Equal("said\n", Command.Run("sh", "-c", "echo said; sleep 5 & exit 0").Ok().Stdout);

    [Fact]
    public void A_command_that_runs_too_long_is_killed()
    {
        TimeoutException exception = Assert.Throws<TimeoutException>(() => Command.Run(new Options { Timeout = TimeSpan.FromMilliseconds(200) }, "sh", "-c", "echo early; sleep 60"));
        Assert.Contains("early", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bundle_has_a_busybox_and_a_config()
    {
        using Container container = new();
        container.Bundle.Shell("echo hello").Write();
        Assert.Contains("\"echo hello\"", File.ReadAllText(container.Bundle.ConfigPath), StringComparison.Ordinal);
        Assert.Equal("hello\n", Command.Run(Path.Combine(container.Bundle.Rootfs, "bin/echo"), "hello").Ok().Stdout);
    }

    [Fact]
    public void Scrubbed_text_is_the_same_in_every_run()
    {
        using Container container = new();
        string text = $"{container.Id} in {container.Bundle.Directory} pid 17 \"pid\": 18 2026-01-02T03:04:05.678Z\n";
        Snapshot.Verify(Scrub.Pids(container.Scrub(text)));
    }

    [Fact]
    public void A_pure_cgroup_v2_machine_has_one_hierarchy()
    {
        Requires.Root();
        // Excludes mounts below the root of a container without a mount namespace, which another test may have at the
        // moment.
        Result result = PureCgroupV2.Run("sh", "-c", "grep -c ' /sys/fs/cgroup' /proc/self/mountinfo; cat /sys/fs/cgroup/cgroup.procs | wc -l").Ok();
        Assert.Equal("1", result.Stdout.Split('\n')[0]);
    }

    [Fact]
    public void The_remains_of_a_container_are_found_and_removed()
    {
        Requires.Root();
        Requires.CgroupV1();
        using Container container = new();
        string cgroup = $"/sys/fs/cgroup/pids/{container.Id}";
        Directory.CreateDirectory(cgroup);
        using RunningCommand process = Command.Start(Options.Default, "sh", "-c", $"echo $$ > {cgroup}/cgroup.procs; echo in; sleep 60");
        process.WaitForStdout("in");
        Assert.Contains(Leftovers.Find(container), left => left.StartsWith("process", StringComparison.Ordinal));
        Leftovers.Remove(container.Id);
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_call_can_be_made_to_fail_or_to_kill()
    {
        string[] command = ["/bin/busybox", "rmdir", "/nothere"];
        Assert.Contains("No space left", Command.Run([.. Faults.Fail("rmdir", "ENOSPC"), .. command]).Fails().Stderr, StringComparison.Ordinal);
        Command.Run([.. Faults.Kill("rmdir"), .. command]).Exits(137);
    }

    [Fact]
    public void A_traced_create_ends_before_its_container()
    {
        Requires.Root();
        Requires.Program("strace");
        string trace = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        string[] command = ["sh", "-c", "sleep 3 & exit 5"];
        Command.Run(new Options { Timeout = TimeSpan.FromSeconds(2) }, [.. Faults.Trace(trace), .. command]).Exits(5);
        File.Delete(trace);
    }
}
