// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Integration;

/// <summary>Cgroup v1 on the real kernel, through the class that create uses.</summary>
public class CgroupTests
{
    public CgroupTests()
    {
        Requires.Root();
        Requires.CgroupV1();
    }

    [Fact]
    public void Processes_are_members_of_every_hierarchy()
    {
        using CgroupUnderTest test = new CgroupUnderTest().Create();
        RunningCommand sleep = test.Start("exec sleep 100");
        string membership = File.ReadAllText($"/proc/{sleep.Pid}/cgroup");
        Assert.All(membership.TrimEnd('\n').Split('\n'), line => Assert.EndsWith($":{test.Parent}/c", line, StringComparison.Ordinal));
        Assert.Equal([sleep.Pid], test.Cgroup.Processes());
    }

    [Fact]
    public void A_thread_joins_itself_and_steps_out_of_memory_and_in_again()
    {
        using CgroupUnderTest test = new CgroupUnderTest().Create();
        string joined = "", outside = "", inside = "";
        var thread = new Thread(() =>
        {
            test.New.JoinSelf(cloned: true);
            joined = File.ReadAllText("/proc/thread-self/cgroup");
            test.New.StepOutOfMemory();
            outside = File.ReadAllText("/proc/thread-self/cgroup");
            using Fd tasks = test.New.OpenStepIntoMemory()!;
            Files.WriteAll(tasks.Value, "0"u8, "tasks");
            inside = File.ReadAllText("/proc/thread-self/cgroup");
        });
        thread.Start();
        thread.Join();
        Eventually.True(() => test.Cgroup.Processes().Count == 0, "the kernel has seen the thread's end");
        Assert.All(joined.TrimEnd('\n').Split('\n').Where(line => !line.StartsWith("0::", StringComparison.Ordinal)), line => Assert.EndsWith($":{test.Parent}/c", line, StringComparison.Ordinal));
        Assert.Contains($":memory:{test.Plan.OwnMemory!.Path}\n", outside, StringComparison.Ordinal);
        Assert.Contains($":pids:{test.Parent}/c\n", outside, StringComparison.Ordinal);
        Assert.Equal(joined, inside);
    }

    [Fact]
    public void OOM_kills_are_counted()
    {
        using CgroupUnderTest test = new CgroupUnderTest(new() { Memory = new() { Limit = 4 << 20, Swap = 4 << 20 } }).Create();
        Assert.True(test.Plan.LateMemory);
        Assert.Equal(0UL, test.Cgroup.OomKills());
        test.New.StepOutOfMemory(); // the place where a small limit is written; this thread is outside already
        test.Run("dd if=/dev/zero of=/dev/null bs=64M count=1").Fails();
        Assert.Equal(1UL, test.Cgroup.OomKills());
    }

    [Fact]
    public void Frozen_processes_stand_still()
    {
        using CgroupUnderTest test = new CgroupUnderTest().Create();
        RunningCommand sleep = test.Start("sleep 100 & sleep 100 & wait");
        Eventually.True(() => test.Cgroup.Processes().Count == 3, "three processes");
        Assert.False(test.Cgroup.IsFrozen());
        test.Cgroup.Freeze();
        Assert.True(test.Cgroup.IsFrozen());
        Assert.Contains("FROZEN", test.Read("freezer", "freezer.state"), StringComparison.Ordinal);
        test.Cgroup.Thaw();
        Assert.False(test.Cgroup.IsFrozen());
        test.Cgroup.Kill(15);
        Eventually.True(() => sleep.HasExited && test.Cgroup.Processes().Count == 0, "all have ended");
    }

    [Fact]
    public void Kill_reaches_frozen_processes()
    {
        using CgroupUnderTest test = new CgroupUnderTest().Create();
        test.Start("exec sleep 100");
        // A cgroup that the container made and froze itself.
        string inner = System.IO.Directory.CreateDirectory(test.Directory("freezer") + "/inner").FullName;
        RunningCommand below = test.Start("exec sleep 100");
        File.WriteAllText(inner + "/cgroup.procs", below.Pid.ToString());
        File.WriteAllText(inner + "/freezer.state", "FROZEN");
        test.Cgroup.Freeze();
        Assert.True(test.Cgroup.Kill(Native.Processes.SIGKILL));
        Eventually.True(() => test.Cgroup.Processes().Count == 0, "all have ended");
        test.Cgroup.Destroy();
        Assert.Empty(test.Directories);
        Assert.False(test.Cgroup.Kill(Native.Processes.SIGKILL));
    }

    // Each process starts the next and ends: killing a list of them one by one never catches up.
    [Fact]
    public void Kill_ends_processes_that_fork_meanwhile()
    {
        using CgroupUnderTest test = new CgroupUnderTest().Create();
        string script = Path.Combine(Scratch.NewDirectory("fork"), "next");
        File.WriteAllText(script, "sh $0 & sh $0 & wait -n 2> /dev/null\n");
        test.Start($"sh {script} & sh {script} & sh {script} & exit");
        Eventually.True(() => test.Cgroup.Processes().Count > 20, "many processes");
        test.Cgroup.Kill(Native.Processes.SIGKILL);
        Eventually.True(() => test.Cgroup.Processes().Count == 0, "all have ended", Patience.Seconds(5));
        Scratch.Remove(Path.GetDirectoryName(script)!);
    }

    [Fact]
    public void Destroy_waits_for_the_last_process_and_takes_inner_cgroups_with_it()
    {
        using CgroupUnderTest test = new CgroupUnderTest().Create();
        System.IO.Directory.CreateDirectory(test.Directory("memory") + "/a/b");
        System.IO.Directory.CreateDirectory(test.Directory("cpu") + "/a.scope");
        test.Start("exec sleep 0.3");
        test.Cgroup.Destroy();
        Assert.Empty(test.Directories);
        test.Cgroup.Destroy(); // the second call does nothing
    }

    [Fact]
    public void The_record_suffices_to_open_the_cgroup_again()
    {
        using CgroupUnderTest test = new CgroupUnderTest().Create();
        RunningCommand sleep = test.Start("exec sleep 100");
        using (Cgroup again = Cgroup.Open(test.Plan.Paths))
        {
            Assert.Equal([sleep.Pid], again.Processes());
            again.Kill(Native.Processes.SIGKILL);
            again.Destroy();
        }
        Assert.Empty(test.Directories);
    }

    [Fact]
    [Requirement("config-linux/cgroup-unfit")]
    public void A_cgroup_in_use_or_frozen_is_refused()
    {
        using CgroupUnderTest first = new CgroupUnderTest().Create();
        using (var second = new CgroupUnderTest(cgroupsPath: first.Parent + "/c"))
        {
            first.Start("exec sleep 100");
            Assert.Matches("^container's cgroup is not empty: 1 process\\(es\\) found: process [0-9]+ \\([a-z]+\\) is in /sys/fs/cgroup/.*: choose another ", Assert.Throws<RuncsException>(() => second.New.CheckUnused()).Message);
            Assert.StartsWith("container's cgroup is not empty: 1 process(es) found: process ", Assert.Throws<RuncsException>(() => second.Create()).Message, StringComparison.Ordinal);
            first.Cgroup.Kill(Native.Processes.SIGKILL);
            Eventually.True(() => first.Cgroup.Processes().Count == 0, "ended");
            first.Cgroup.Freeze();
            Assert.Matches("^container's cgroup unexpectedly frozen: /sys/fs/cgroup/.*: thaw it", Assert.Throws<RuncsException>(() => second.Create()).Message);
            first.Cgroup.Thaw();
            second.New.Undo();
            Assert.NotEmpty(first.Directories); // the second's undo must not remove what existed before
            second.Create();
        }
        Assert.Empty(first.Directories);
    }

    [Fact]
    [Requirement("runtime/delete-not-others")]
    public void Undo_removes_only_the_directories_it_made()
    {
        using var test = new CgroupUnderTest();
        System.IO.Directory.CreateDirectory("/sys/fs/cgroup/pids" + test.Parent);
        test.Create();
        System.IO.Directory.CreateDirectory($"/sys/fs/cgroup/cpu{test.Parent}/other");
        test.New.Undo();
        Assert.Empty(test.Directories);
        Assert.True(System.IO.Directory.Exists("/sys/fs/cgroup/pids" + test.Parent)); // existed before
        Assert.True(System.IO.Directory.Exists($"/sys/fs/cgroup/cpu{test.Parent}/other")); // another container's
        Assert.False(System.IO.Directory.Exists("/sys/fs/cgroup/memory" + test.Parent));
        Libc.rmdir($"/sys/fs/cgroup/cpu{test.Parent}/other");
    }

    [Fact]
    public void Facts_are_those_of_this_process()
    {
        CgroupFacts facts = CgroupFacts.Read();
        string[] own = [.. File.ReadAllLines("/proc/self/cgroup").Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..])];
        foreach (CgroupHierarchy hierarchy in facts.Hierarchies)
            Assert.Contains($"{(hierarchy.Name == "unified" ? "" : hierarchy.Name)}:{hierarchy.OwnPath}", own);
        Assert.All(facts.Hierarchies, hierarchy => Assert.True(File.Exists(hierarchy.MountPoint + hierarchy.OwnPath + "/cgroup.procs")));
    }
}
