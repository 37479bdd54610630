// SPDX-License-Identifier: Apache-2.0
using System.Runtime.ExceptionServices;
using Runcs.Cgroups;
using Runcs.Cgroups.V2;
using Runcs.Native;
using Runcs.OciSpec;
using static Runcs.Native.OpenFlags;

namespace Runcs.Integration;

/// <summary>Pure cgroup v2 on the real kernel: membership, devices, freezing and killing, which need no controller.</summary>
[InGuest]
public class CgroupV2Tests
{
    public CgroupV2Tests() => Requires.Root();

    [Fact]
    public void Facts_tell_a_unified_host() => OnPureV2(() =>
    {
        CgroupFacts facts = CgroupFacts.Read();
        Assert.True(facts.IsUnified);
        Assert.Equal("/sys/fs/cgroup", facts.Hierarchies.Single().MountPoint);
    });

    [Fact]
    public void Processes_are_members_and_are_killed_with_what_they_fork() => OnPureV2(() =>
    {
        using CgroupUnderTest test = new CgroupUnderTest().Create();
        test.Start("while :; do sleep 0.01 & done");
        string inner = System.IO.Directory.CreateDirectory(test.Directory("") + "/inner").FullName;
        RunningCommand below = test.Start("exec sleep 100");
        File.WriteAllText(inner + "/cgroup.procs", below.Pid.ToString());
        Assert.Contains(below.Pid, test.Cgroup.Processes());
        Assert.True(test.Cgroup.Kill(Native.Processes.SIGKILL));
        Eventually.True(() => test.Cgroup.Processes().Count == 0, "all have ended");
        test.Cgroup.Destroy();
        Assert.Empty(test.Directories);
    });

    [Fact]
    public void Frozen_processes_stand_still() => OnPureV2(() =>
    {
        using CgroupUnderTest test = new CgroupUnderTest().Create();
        RunningCommand sleep = test.Start("sleep 100 & wait");
        test.Cgroup.Freeze();
        Assert.True(test.Cgroup.IsFrozen());
        Assert.Contains("frozen 1", test.Read("", "cgroup.events"), StringComparison.Ordinal);
        test.Cgroup.Thaw();
        Assert.False(test.Cgroup.IsFrozen());
        test.Cgroup.Kill(15);
        Eventually.True(() => sleep.HasExited, "the shell has ended");
    });

    [Fact]
    public void Devices_are_denied_but_for_the_defaults() => OnPureV2(() =>
    {
        using CgroupUnderTest test = new CgroupUnderTest(new() { Devices = [new() { Access = "rwm" }, new() { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "r" }] }).Create();
        test.New.ApplyEarly();
        Assert.Equal("read\nnot written\nnull\n", test.Run("true < /dev/kmsg && echo read; true 2> /dev/null >> /dev/kmsg || echo not written; true < /dev/null && echo null").Stdout);
        using CgroupUnderTest strict = new CgroupUnderTest().Create();
        strict.New.ApplyEarly();
        Assert.Contains("Operation not permitted", strict.Run("true < /dev/kmsg").Stderr + strict.Run("cat /dev/kmsg").Stderr, StringComparison.Ordinal);
    });

    [Fact]
    public void An_existing_device_filter_is_replaced() => OnPureV2(() =>
    {
        using CgroupUnderTest first = new CgroupUnderTest(new() { Devices = [new() { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "r" }] }).Create();
        first.New.ApplyEarly();
        uint[] before = Programs(first);
        // Another container gets the same cgroup, which is empty now.
        using CgroupUnderTest second = new CgroupUnderTest(cgroupsPath: first.Parent + "/c").Create();
        second.New.ApplyEarly();
        uint[] after = Programs(first);
        Assert.Single(before);
        Assert.Single(after);
        Assert.NotEqual(before, after);
        Assert.Equal("", second.Run("true < /dev/kmsg && echo read").Stdout);
        // And a privileged container, which needs none.
        using CgroupUnderTest third = new CgroupUnderTest(new() { Devices = [new() { Allow = true, Access = "rwm" }] }, first.Parent + "/c").Create();
        third.New.ApplyEarly();
        Assert.Empty(Programs(first));
    });

    // The filter is replaced atomically: every observer sees exactly one, never none or two.
    [Fact]
    public void A_filter_is_replaced_at_once() => OnPureV2(() =>
    {
        using CgroupUnderTest test = new CgroupUnderTest(new() { Devices = [new() { Allow = true, Type = "c", Major = 1, Minor = 11, Access = "r" }] }).Create();
        test.New.ApplyEarly();
        using Fd directory = Files.Open(test.Directory(""), O_RDONLY | O_DIRECTORY);
        bool ends = false;
        var seen = new HashSet<uint>();
        var counts = new HashSet<int>();
        var watcher = new Thread(() =>
        {
            while (!Volatile.Read(ref ends))
            {
                Bpf.TryQueryCgroupDevice(directory.Value, out uint[] ids);
                counts.Add(ids.Length);
                seen.UnionWith(ids);
            }
        });
        watcher.Start();
        // As in a cgroup that exists already.
        for (int i = 0; i < 100; i++) DeviceFilter.Attach(directory, DeviceRules.Plan(null, new CgroupWrites()), isNew: false);
        Volatile.Write(ref ends, true);
        watcher.Join();
        Assert.Equal([1], counts);
        Assert.Single(Programs(test));
        Assert.Equal("", test.Run("true < /dev/kmsg && echo read").Stdout);
    });

    [Fact]
    [Requirement("config-linux/hugepage-limit", "config-linux/hugepage-size")]
    public void Huge_pages_are_limited_in_use_and_in_reserve() => OnPureV2(() =>
    {
        Requires.That(CgroupFacts.Read().Controllers.Contains("hugetlb"), "needs the hugetlb controller in cgroup v2");
        using CgroupUnderTest test = new CgroupUnderTest(new() { HugepageLimits = [new() { PageSize = "2MB", Limit = 209715200 }] }).Create();
        test.New.ApplyEarly();
        Assert.Equal(("209715200", "209715200"), (test.Read("", "hugetlb.2MB.max"), test.Read("", "hugetlb.2MB.rsvd.max")));
        test.Update(new() { HugepageLimits = [new() { PageSize = "2MB", Limit = 0 }] });
        Assert.Equal(("0", "0"), (test.Read("", "hugetlb.2MB.max"), test.Read("", "hugetlb.2MB.rsvd.max")));
        test.Update(new() { Unified = new() { ["hugetlb.2MB.max"] = "4194304\n" } });
        Assert.Equal("4194304", test.Read("", "hugetlb.2MB.max"));
        Assert.Equal("linux.resources.hugepageLimits[0]: openat(2) on \"hugetlb.3MB.max\": no such file or directory (ENOENT): the kernel has no huge pages of 3MB",
            Assert.Throws<RuncsException>(() => test.Update(new() { HugepageLimits = [new() { PageSize = "3MB", Limit = 1 }] })).Message);
        Assert.StartsWith("linux.resources.unified[\"hugetlb.2MB.high\"]: openat(2) on \"hugetlb.2MB.high\": ",
            Assert.Throws<RuncsException>(() => test.Update(new() { Unified = new() { ["hugetlb.2MB.high"] = "1" } })).Message, StringComparison.Ordinal);
    });

    // The list exists since Linux 4.15; hiding the file simulates an older kernel.
    [Fact]
    [Requirement("config-linux/ownership-fallback")]
    public void Without_the_kernels_list_three_files_are_the_users() => OnPureV2(() =>
    {
        Assert.False(Mounts.TryMount("tmpfs", "/sys/kernel/cgroup", "tmpfs", 0, null).IsError);
        using CgroupUnderTest test = new CgroupUnderTest(owner: 1234).Create();
        string[] given = [.. System.IO.Directory.GetFiles(test.Directory("")).Where(file => Command.Run("stat", "-c", "%u", file).Stdout == "1234\n").Select(file => Path.GetFileName(file)).Order()];
        Assert.Equal(["cgroup.procs", "cgroup.subtree_control", "cgroup.threads"], given);
        Assert.Equal("1234\n", Command.Run("stat", "-c", "%u", test.Directory("")).Stdout);
    });

    // The kernel's verifier must accept every program of the compiler, without a log.
    [Fact]
    public void The_kernel_takes_every_kind_of_rule() => OnPureV2(() =>
    {
        var rules = new List<LinuxDeviceCgroup>();
        foreach (string type in (string[])["a", "b", "c"])
            foreach (long? major in (long?[])[null, 7, uint.MaxValue])
                foreach (long? minor in (long?[])[null, 3])
                    foreach (string access in (string[])["r", "wm", "rwm"])
                        rules.AddRange([new() { Allow = true, Type = type, Major = major, Minor = minor, Access = access }, new() { Type = type, Major = major, Minor = minor, Access = access }]);
        for (int i = 0; i < 20; i++)
        {
            new Random(i).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rules));
            using CgroupUnderTest test = new CgroupUnderTest(new() { Devices = [.. rules.Skip(i)] }).Create();
            test.New.ApplyEarly();
            Assert.Single(Programs(test));
        }
    });

    [Fact]
    public void A_refusal_of_the_verifier_is_reported()
    {
        Errno errno = Bpf.TryLoadCgroupDevice([new(0x95, 0, 0, 0, 0)], "runcs_test", out Fd? program, out string log);
        Assert.Null(program);
        Assert.True(errno.IsError);
        Assert.Contains("R0", log, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_without_a_controller_are_refused() => OnPureV2(() =>
    {
        if (CgroupFacts.Read().Controllers.Contains("memory")) return;
        Assert.Equal("linux.resources.memory.limit: the host has no cgroup controller \"memory\"",
            Assert.Throws<RuncsException>(() => new CgroupUnderTest(new() { Memory = new() { Limit = 1 << 30 } })).Message);
    });

    [Fact]
    public void Controllers_are_enabled_down_to_the_container() => OnPureV2(() =>
    {
        string enabled = File.ReadAllText("/sys/fs/cgroup/cgroup.subtree_control");
        using CgroupUnderTest test = new CgroupUnderTest().Create();
        Assert.Equal(File.ReadAllText("/sys/fs/cgroup/cgroup.controllers").TrimEnd('\n'), test.Read("", "cgroup.controllers"));
        test.Cgroup.Destroy();
        Libc.rmdir("/sys/fs/cgroup" + test.Parent);
        foreach (string controller in File.ReadAllText("/sys/fs/cgroup/cgroup.subtree_control").Split().Except(enabled.Split()))
            File.WriteAllText("/sys/fs/cgroup/cgroup.subtree_control", "-" + controller);
    });

    private static uint[] Programs(CgroupUnderTest test)
    {
        using Fd directory = Files.Open(test.Directory(""), O_RDONLY | O_DIRECTORY);
        Assert.False(Bpf.TryQueryCgroupDevice(directory.Value, out uint[] ids).IsError);
        return ids;
    }

    // A thread with its own mount namespace, in which only cgroup2 is mounted.
    private static void OnPureV2(Action test)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Done(Native.Processes.TryUnshare(Native.CloneFlags.CLONE_NEWNS));
                Done(Mounts.TryMount(null, "/", null, MountFlags.MS_REC | MountFlags.MS_PRIVATE, null));
                Done(Mounts.TryUmount("/sys/fs/cgroup", UmountFlags.MNT_DETACH));
                Done(Mounts.TryMount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, null));
                test();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        if (failure != null) ExceptionDispatchInfo.Throw(failure);

        static void Done(Errno errno) => Assert.False(errno.IsError, errno.ToString());
    }
}
