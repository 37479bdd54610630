// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using static Runcs.Native.Arch.SystemCall;
using static Runcs.Native.CloneFlags;

namespace Runcs.Native;

#pragma warning disable CS8500 // A pointer to a managed type: what it points to is on the stack of the suspended caller.
public static unsafe partial class Processes
{
    /// <summary>
    /// As <see cref="TryClone"/>, but the child uses this process's memory, and this process is suspended until it executes a
    /// program or ends (vfork(2)). No page table is copied, no page is copied at the next write, and none of it is freed again at
    /// the child's execve. What the child changes in memory stays changed: above all, it disposes only descriptors that it has
    /// opened itself, since this process has a table of its own.
    /// </summary>
    /// <param name="flags">As of <see cref="TryClone"/>, without CLONE_NEWUSER.</param>
    /// <param name="child">What the child does, given its pid here; it must not return.</param>
    /// <returns>ENOSYS if an outer seccomp filter refuses clone3(2): then nothing has been done.</returns>
    public static Errno TryCloneBorrowing(CloneFlags flags, int cgroup, Action<int> child, out int pid, out Fd? pidfd)
    {
        int pidfdNumber = -1;
        var borrower = new Borrower { Run = child };
        var args = new clone_args
        {
            flags = flags | CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CLONE_PARENT_SETTID,
            pidfd = (ulong)&pidfdNumber,
            parent_tid = (ulong)&borrower.Pid,
            exit_signal = SIGCHLD,
            cgroup = (flags & CLONE_INTO_CGROUP) != 0 ? (ulong)cgroup : 0,
        };
        nint result = native_clone((nint)SYS_clone3, (nint)(&args), sizeof(clone_args), 0, &Borrow, (nint)(&borrower));
        pid = (int)Math.Max(result, 0);
        pidfd = result > 0 ? new Fd(pidfdNumber) : null;
        var errno = new Errno(result < 0 ? (int)-result : 0);
        return errno.IsError && RefusedCalls.Explains(errno, SYS_clone3) ? new Errno(Errno.ENOSYS) : errno;
    }

    // On the parent's stack, where the collector finds the delegate and the kernel puts the pid (CLONE_PARENT_SETTID).
    private struct Borrower
    {
        public required Action<int> Run;
        public int Pid;
    }

    [UnmanagedCallersOnly]
    private static void Borrow(nint borrower)
    {
        ((Borrower*)borrower)->Run(((Borrower*)borrower)->Pid);
        Exit(1);
    }

    // src/Native/clone.c. With a GC transition: the child enters managed code again from here.
    [DllImport("clone")]
    private static extern nint native_clone(nint number, nint first, nint second, nint third, delegate* unmanaged<nint, void> function, nint argument);
}
