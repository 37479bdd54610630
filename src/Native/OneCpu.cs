// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Runcs.Native;

/// <summary>
/// Keeps this process and what it clones on the CPU that it runs on, until it is disposed: for a child that its parent waits for.
/// Placed on another CPU, it would wait there for the end of another process's turn, or for an idle CPU to wake.
/// </summary>
public ref struct OneCpu : IDisposable
{
    private Mask _before;
    private int _words;

    /// <summary>False if a call was refused, or under a real-time policy: a child of the same priority might never leave the CPU to its parent.</summary>
    public readonly bool IsEntered => _words > 0;

    public static OneCpu Enter()
    {
        OneCpu one = default;
        int cpu = sched_getcpu();
        if ((uint)cpu >= Sched.MostCpus || !Sched.SharesItsCpu() || Sched.TryGetAffinity(one._before, out int words).IsError) return one;
        Mask only = default;
        only[cpu / 64] = 1UL << (cpu % 64);
        if (!Sched.TrySetAffinity(only[..words]).IsError) one._words = words;
        return one;
    }

    /// <summary>
    /// A mask that is set explicitly limits a process also when its cpuset grows (user_cpus_ptr in the kernel), so it is set only if it
    /// differs from what the cpuset allows.
    /// </summary>
    public void Dispose()
    {
        if (_words == 0) return;
        Span<ulong> before = ((Span<ulong>)_before)[.._words];
        Mask now = default;
        if (Sched.TrySetAffinityToAll(0).IsError || Sched.TryGetAffinity(now, out int words).IsError || !before.SequenceEqual(now[..words])) Sched.TrySetAffinity(before);
        _words = 0;
    }

    [InlineArray(Sched.MostCpus / 64)]
    private struct Mask
    {
        private ulong _first;
    }

    [DllImport("libc")]
    private static extern int sched_getcpu();
}
