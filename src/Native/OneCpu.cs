// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.CompilerServices;
using static Runcs.Native.Arch.SystemCall;
using static Runcs.Native.Syscall;

namespace Runcs.Native;

/// <summary>
/// Keeps this process and what it clones on the CPU that it runs on, until it is disposed: for a child that its parent waits for.
/// Placed on another CPU, it would wait there for the end of another process's turn, or for an idle CPU to wake.
/// </summary>
public unsafe ref struct OneCpu : IDisposable
{
    private Mask _before;
    private int _size;

    /// <summary>sched_setaffinity(2) was refused: nothing is changed.</summary>
    public Errno Refused { get; private set; }

    public static OneCpu Enter()
    {
        OneCpu one = default;
        Mask only = default;
        int cpu = sched_getcpu();
        if ((uint)cpu >= Sched.MostCpus) return one;
        // In bytes; as many as the kernel may have CPUs (sched_getaffinity(2), "C library/kernel differences").
        int size = (int)syscall(SYS_sched_getaffinity, 0, sizeof(Mask), (nint)(&one._before));
        if (size < 0)
        {
            one.Refused = Errno.Last;
            return one;
        }
        only[cpu / 64] = 1UL << (cpu % 64);
        if (syscall(SYS_sched_setaffinity, 0, size, (nint)(&only)) < 0) one.Refused = Errno.Last;
        else one._size = size;
        return one;
    }

    public void Dispose()
    {
        if (_size == 0) return;
        fixed (Mask* before = &_before) syscall(SYS_sched_setaffinity, 0, _size, (nint)before);
        _size = 0;
    }

    [InlineArray(Sched.MostCpus / 64)]
    private struct Mask
    {
        private ulong _first;
    }

    [System.Runtime.InteropServices.DllImport("libc")]
    private static extern int sched_getcpu();
}
