// SPDX-License-Identifier: Apache-2.0
using System.Runtime.ExceptionServices;
using Runcs.Cgroups;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Integration;

/// <summary>
/// The net_cls and net_prio controllers of cgroup v1, which few machines mount. Mounting them is seen in every process's
/// /proc/self/cgroup, so nothing else runs meanwhile.
/// </summary>
[Collection(Alone.Name)]
public class NetworkCgroupTests
{
    [Fact]
    public void Classes_and_priorities_are_in_the_kernels_files() => WithControllers(() =>
    {
        var resources = new LinuxResources { Network = new() { ClassID = 1048577, Priorities = [new() { Name = "lo", Priority = 500 }] } };
        using CgroupUnderTest test = new CgroupUnderTest(resources).Create();
        test.Cgroup.ApplyEarly();
        Assert.Equal("1048577", test.Read("net_cls", "net_cls.classid"));
        Assert.Contains("lo 500", test.Read("net_prio", "net_prio.ifpriomap").Split('\n'));
        test.Update(new() { Network = new() { ClassID = 0 } });
        Assert.Equal("0", test.Read("net_cls", "net_cls.classid"));
        Assert.Equal("linux.resources.network.priorities[0]: \"nosuch 1\": write(2) on \"net_prio.ifpriomap\": no such device (ENODEV)",
            Assert.Throws<RuncsException>(() => test.Update(new() { Network = new() { Priorities = [new() { Name = "nosuch", Priority = 1 }] } })).Message);
    });

    private static void WithControllers(Action test)
    {
        Requires.Root();
        Requires.CgroupV1();
        const string Controllers = "net_cls,net_prio";
        Exception? failure = null;
        bool mounted = true;
        var thread = new Thread(() =>
        {
            try
            {
                Done(Processes.TryUnshare(Processes.CLONE_NEWNS));
                Done(Mounts.TryMount(null, "/", null, Mounts.MS_REC | Mounts.MS_PRIVATE, null));
                Done(Mounts.TryUmount("/sys/fs/cgroup", Mounts.MNT_DETACH));
                Done(Mounts.TryMount("tmpfs", "/sys/fs/cgroup", "tmpfs", 0, null));
                foreach (string controllers in (string[])["devices", Controllers])
                {
                    Directory.CreateDirectory("/sys/fs/cgroup/" + controllers);
                    mounted &= !Mounts.TryMount("cgroup", "/sys/fs/cgroup/" + controllers, "cgroup", 0, controllers).IsError;
                }
                if (mounted) test();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
            finally
            {
                Mounts.TryUmount("/sys/fs/cgroup/" + Controllers, 0);
            }
        });
        thread.Start();
        thread.Join();
        if (failure != null) ExceptionDispatchInfo.Throw(failure);
        Requires.That(mounted, "needs the controllers net_cls and net_prio");

        static void Done(Errno errno) => Assert.False(errno.IsError, errno.ToString());
    }
}
