// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using static Runcs.Native.Arch.SystemCall;
using static Runcs.Native.CloneFlags;

namespace Runcs.Native;

public static unsafe partial class Processes
{
    private static Action<int>? s_borrower;
    private static int s_borrowerPid;

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
        s_borrower = child;
        var args = new clone_args
        {
            flags = flags | CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CLONE_PARENT_SETTID,
            pidfd = (ulong)&pidfdNumber,
            exit_signal = SIGCHLD,
            cgroup = (flags & CLONE_INTO_CGROUP) != 0 ? (ulong)cgroup : 0,
        };
        fixed (int* place = &s_borrowerPid)
        {
            args.parent_tid = (ulong)place;
            nint result = borrower_clone(&args, (nuint)sizeof(clone_args), &Borrow);
            s_borrower = null;
            pid = (int)Math.Max(result, 0);
            pidfd = result > 0 ? new Fd(pidfdNumber) : null;
            var errno = new Errno(result < 0 ? (int)-result : 0);
            return errno.IsError && RefusedCalls.Explains(errno, SYS_clone3) ? new Errno(Errno.ENOSYS) : errno;
        }
    }

    [UnmanagedCallersOnly]
    private static void Borrow()
    {
        s_borrower!(s_borrowerPid);
        Exit(1);
    }

    // MemoryBorrower/borrow.c. With a GC transition: the child enters managed code again from here.
    [DllImport("memoryborrower")]
    private static extern nint borrower_clone(clone_args* arguments, nuint size, delegate* unmanaged<void> function);
}
