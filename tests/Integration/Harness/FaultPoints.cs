// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>The calls of a good run at which something can go wrong, thinned out where one call follows itself.</summary>
internal static class FaultPoints
{
    private const int O_WRONLY = 1, O_RDWR = 2, O_CREAT = 0x40;

    /// <summary>Of calls with the same name in the same process these many come all; of the others every fifth, and the last.</summary>
    private const int First = 3, Every = 5;

    // What changes something, or is waited for. The rest reads, or its failure is not the runtime's to tell (close, umask).
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

    /// <summary>One point of each call of each process.</summary>
    public static IReadOnlyList<TracedCall> OneOfEach(IEnumerable<TracedCall> calls) =>
        [.. Own(calls).Where(HasEffect).GroupBy(call => (call.Process, call.Name)).Select(group => group.Last())];

    // What a process does once it has become a hook or the container's program is its own affair.
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
        // A query only: prlimit64 with a new limit is the one that sets.
        "prlimit64" => call.Arguments[2] != 0,
        _ => _effects.Contains(call.Name),
    };

    private static IEnumerable<TracedCall> Thin(TracedCall[] calls) =>
        calls.Where((_, index) => index < First || index == calls.Length - 1 || index % Every == 0);
}
