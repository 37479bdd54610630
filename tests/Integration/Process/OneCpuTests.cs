// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Integration;

/// <summary>The set-up's restriction to one CPU, on a thread of the tests: sched_setaffinity(2) and sched_setattr(2) apply to a thread.</summary>
public class OneCpuTests
{
    public OneCpuTests() => Requires.Cpus(0, 1);

    [Fact]
    public void Inside_there_is_one_CPU_and_afterwards_those_of_before() => OnThread(() =>
    {
        foreach (ulong before in (ulong[])[0b11, 0b10])
        {
            Assert.False(Sched.TrySetAffinity([before]).IsError);
            string cpus = Cpus();
            using (OneCpu one = OneCpu.Enter())
            {
                Assert.True(one.IsEntered);
                Assert.True(Cpus() is "0" or "1", Cpus());
            }
            Assert.Equal(cpus, Cpus());
        }
    });

    // A child would inherit the policy, and might never leave the CPU to its parent.
    [Theory]
    [InlineData(Sched.SCHED_BATCH, 0u, true)]
    [InlineData(Sched.SCHED_IDLE, 0u, true)]
    [InlineData(Sched.SCHED_FIFO, 1u, false)]
    [InlineData(Sched.SCHED_RR, 1u, false)]
    public void A_real_time_policy_keeps_its_CPUs(uint policy, uint priority, bool isEntered)
    {
        Requires.Root();
        OnThread(() =>
        {
            Errno errno = Sched.TrySetAttr(0, new() { sched_policy = policy, sched_priority = priority });
            Requires.That(errno.Value != Errno.EPERM, "needs the right to a real-time policy");
            Assert.False(errno.IsError);
            string cpus = Cpus();
            using OneCpu one = OneCpu.Enter();
            Assert.Equal((isEntered, !isEntered), (one.IsEntered, Cpus() == cpus));
        });
    }

    // An explicit mask would keep it on the CPUs of before (Linux 6.2).
    [Fact]
    public void Afterwards_it_gets_the_CPUs_by_which_its_cpuset_grows()
    {
        Requires.Root();
        Requires.CgroupV1("cpuset/cpuset.cpus");
        string cpuset = $"/sys/fs/cgroup/cpuset/runcs-test-one-cpu-{Environment.ProcessId}";
        Directory.CreateDirectory(cpuset);
        try
        {
            File.WriteAllText($"{cpuset}/cpuset.mems", File.ReadAllText("/sys/fs/cgroup/cpuset/cpuset.mems"));
            File.WriteAllText($"{cpuset}/cpuset.cpus", "0");
            OnThread(() =>
            {
                File.WriteAllText($"{cpuset}/tasks", "0");
                Assert.Equal("0", Cpus());
                using (OneCpu one = OneCpu.Enter()) Assert.True(one.IsEntered);
                File.WriteAllText($"{cpuset}/cpuset.cpus", "0-1");
                Assert.Equal("0-1", Cpus());
            });
        }
        finally
        {
            Eventually.True(() => File.ReadAllText($"{cpuset}/tasks").Length == 0, () => $"{cpuset} still has a thread");
            Directory.Delete(cpuset);
        }
    }

    private static string Cpus() =>
        File.ReadLines("/proc/thread-self/status").First(line => line.StartsWith("Cpus_allowed_list", StringComparison.Ordinal)).Split('\t')[1];

    private static void OnThread(Action test)
    {
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                test();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();
        if (failure != null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }
}
