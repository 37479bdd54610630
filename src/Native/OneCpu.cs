// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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

    /// <summary>False if a call was refused, or under a real-time policy: a child of the same priority might never leave the CPU to its parent.</summary>
    public readonly bool IsEntered => _size > 0;

    public static OneCpu Enter()
    {
        OneCpu one = default;
        Mask only = default;
        int cpu = sched_getcpu();
        if ((uint)cpu >= Sched.MostCpus || !SharesItsCpu()) return one;
        int size = TryRead(ref one._before);
        only[cpu / 64] = 1UL << (cpu % 64);
        if (size > 0 && TrySet(only, size)) one._size = size;
        return one;
    }

    /// <summary>
    /// A mask that is set explicitly limits a process also when its cpuset grows (Linux 6.2), so it is set only if it differs from what the
    /// cpuset allows.
    /// </summary>
    public void Dispose()
    {
        if (_size == 0) return;
        Mask now = default;
        bool isFree = !Sched.TrySetAffinityToAll(0).IsError;
        int size = TryRead(ref now);
        if (!isFree || size != _size || !((ReadOnlySpan<ulong>)now).SequenceEqual(_before)) TrySet(_before, _size);
        _size = 0;
    }

    private static bool SharesItsCpu() =>
        (uint)syscall(SYS_sched_getscheduler, 0) is Sched.SCHED_OTHER or Sched.SCHED_BATCH or Sched.SCHED_IDLE;

    // In bytes; as many as the kernel may have CPUs (sched_getaffinity(2), "C library/kernel differences").
    private static int TryRead(ref Mask mask)
    {
        fixed (Mask* p = &mask) return (int)syscall(SYS_sched_getaffinity, 0, sizeof(Mask), (nint)p);
    }

    private static bool TrySet(in Mask mask, int size)
    {
        fixed (Mask* p = &mask) return syscall(SYS_sched_setaffinity, 0, size, (nint)p) == 0;
    }

    [InlineArray(Sched.MostCpus / 64)]
    private struct Mask
    {
        private ulong _first;
    }

    [DllImport("libc")]
    private static extern int sched_getcpu();
}
