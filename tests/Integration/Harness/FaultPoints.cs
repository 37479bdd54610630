// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>The calls of a successful run at which a fault can be injected, thinned out for repeated calls.</summary>
internal static class FaultPoints
{
    private const int O_WRONLY = 1, O_RDWR = 2, O_CREAT = 0x40;

    /// <summary>Of repeated calls in one process: all of the first, then every fifth and the last.</summary>
    private const int First = 3, Every = 5;

    // Calls that change something or wait. Others only read, or the runtime does not report their failure (close, umask).
    private static readonly HashSet<string> _effects =
    [
        "mkdirat", "mknodat", "symlinkat", "linkat", "renameat", "flock", "write", "pwrite64", "read", "poll", "pipe2",
        "clone", "clone3", "pidfd_open", "signalfd4", "setns", "unshare", "sethostname", "setdomainname", "mount", "umount2", "pivot_root", "chroot", "fchdir",
        "openat2", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "mount_setattr", "memfd_create", "execveat", "execve",
        "fcntl", "chdir", "setgroups", "setresuid", "setresgid", "capset", "prctl", "prlimit64", "bpf", "socket", "ioctl", "setsid", "unlinkat", "sendmsg", "connect",
        "sched_setattr", "ioprio_set", "set_mempolicy", "personality",
    ];

    public static IReadOnlyList<TracedCall> Of(IEnumerable<TracedCall> calls) =>
        [.. Own(calls).Where(HasEffect).GroupBy(call => (call.Process, call.Name)).SelectMany(group => Thin([.. group]))];

    /// <summary>One point for each call of each process.</summary>
    public static IReadOnlyList<TracedCall> OneOfEach(IEnumerable<TracedCall> calls) =>
        [.. Own(calls).Where(HasEffect).GroupBy(call => (call.Process, call.Name)).Select(group => group.Last())];

    // Calls after the process has become a hook or the container's program are not the runtime's.
    private static IEnumerable<TracedCall> Own(IEnumerable<TracedCall> calls)
    {
        HashSet<int> others = [];
        foreach (TracedCall call in calls)
        {
            if (others.Contains(call.Process))
                continue;
            yield return call;
            if (call.Name == "execve")
                others.Add(call.Process);
        }
    }

    private static bool HasEffect(TracedCall call) => call.Name switch
    {
        "openat" => (call.Arguments[2] & (O_WRONLY | O_RDWR | O_CREAT)) != 0,
        // A query only: prlimit64 sets a limit if it has a new one.
        "prlimit64" => call.Arguments[2] != 0,
        _ => _effects.Contains(call.Name),
    };

    private static IEnumerable<TracedCall> Thin(TracedCall[] calls) =>
        calls.Where((_, index) => index < First || index == calls.Length - 1 || index % Every == 0);
}
