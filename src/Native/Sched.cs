// SPDX-License-Identifier: Apache-2.0
using System;
using static Runcs.Native.Arch.SystemCall;
using static Runcs.Native.Syscall;

namespace Runcs.Native;

/// <summary>sched(7): sched_setattr(2), sched_setaffinity(2), and ioprio_set(2).</summary>
public static unsafe partial class Sched
{
    public const uint SCHED_OTHER = 0, SCHED_FIFO = 1, SCHED_RR = 2, SCHED_BATCH = 3, SCHED_ISO = 4, SCHED_IDLE = 5, SCHED_DEADLINE = 6;
    public const ulong SCHED_FLAG_RESET_ON_FORK = 0x01, SCHED_FLAG_RECLAIM = 0x02, SCHED_FLAG_DL_OVERRUN = 0x04, SCHED_FLAG_KEEP_POLICY = 0x08,
        SCHED_FLAG_KEEP_PARAMS = 0x10, SCHED_FLAG_UTIL_CLAMP_MIN = 0x20, SCHED_FLAG_UTIL_CLAMP_MAX = 0x40;
    public const int IOPRIO_CLASS_RT = 1, IOPRIO_CLASS_BE = 2, IOPRIO_CLASS_IDLE = 3, IOPRIO_CLASS_SHIFT = 13;
    private const int IOPRIO_WHO_PGRP = 2;

    /// <summary>The most CPUs of a Linux kernel for x86: CONFIG_NR_CPUS is at most 8192.</summary>
    public const int MostCpus = 8192;

    /// <summary><c>struct sched_attr</c>, SCHED_ATTR_SIZE_VER1 (Linux 5.3), which the utilization clamping flags need.</summary>
    public struct sched_attr
    {
        public uint size, sched_policy;
        public ulong sched_flags;
        public int sched_nice;
        public uint sched_priority;
        public ulong sched_runtime, sched_deadline, sched_period;
        public uint sched_util_min, sched_util_max;
    }

    /// <summary>sched_setattr(2) of a process by its pid.</summary>
    public static Errno TrySetAttr(int pid, sched_attr attributes)
    {
        attributes.size = (uint)sizeof(sched_attr);
        return syscall(SYS_sched_setattr, pid, (nint)(&attributes), 0) < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>Restricts the caller to these CPUs: 64 in each word.</summary>
    public static Errno TrySetAffinity(ReadOnlySpan<ulong> cpus)
    {
        fixed (ulong* p = cpus)
            return syscall(SYS_sched_setaffinity, 0, cpus.Length * sizeof(ulong), (nint)p) < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>The CPUs that the caller may use now.</summary>
    /// <param name="cpus">64 in each word; room for <see cref="MostCpus"/>.</param>
    /// <param name="words">As many as the kernel may have CPUs (sched_getaffinity(2), "C library/kernel differences").</param>
    public static Errno TryGetAffinity(Span<ulong> cpus, out int words)
    {
        nint size;
        fixed (ulong* p = cpus) size = syscall(SYS_sched_getaffinity, 0, cpus.Length * sizeof(ulong), (nint)p);
        words = (int)Math.Max(size, 0) / sizeof(ulong);
        return size < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>Whether the caller's policy lets others run in turn on its CPU; false also if that cannot be read.</summary>
    public static bool SharesItsCpu() => (uint)syscall(SYS_sched_getscheduler, 0) is SCHED_OTHER or SCHED_BATCH or SCHED_IDLE;

    /// <summary>Lets a process run on every CPU that its cpuset has now or later: the kernel masks out the others.</summary>
    public static Errno TrySetAffinityToAll(int pid)
    {
        Span<byte> mask = stackalloc byte[MostCpus / 8];
        mask.Fill(0xff);
        fixed (byte* p = mask)
            return syscall(SYS_sched_setaffinity, pid, mask.Length, (nint)p) < 0 ? Errno.Last : Errno.None;
    }

    /// <summary>ioprio_set(2) of all processes of a process group.</summary>
    public static Errno TrySetIoPriorityOfGroup(int group, int priority) =>
        syscall(SYS_ioprio_set, IOPRIO_WHO_PGRP, group, priority) < 0 ? Errno.Last : Errno.None;
}
