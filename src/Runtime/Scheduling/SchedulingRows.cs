// SPDX-License-Identifier: Apache-2.0
// Run by the exec stage: attributes that a process can set only for itself and that execve(2) preserves.
using System;
using System.Runtime.InteropServices;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.Values;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Scheduling;

/// <summary>The rows for <c>linux.memoryPolicy</c>, <c>linux.personality</c> and the CPUs. They need no privilege.</summary>
public static class SchedulingRows
{
    /// <summary>Run in the container's cpuset, which must have the nodes (set_mempolicy(2)).</summary>
    public static void Add(StageTable table, SchedulingPlan plan)
    {
        if (plan.MemoryPolicy is { } policy)
        {
            // The kernel uses one bit less than maxnode (get_nodes()).
            ulong bits = policy.Nodes.Length == 0 ? 0 : (ulong)policy.Nodes.Length * 64 + 1;
            table.Call((ushort)StageStep.MemoryPolicy, SYS_set_mempolicy, policy.Mode, bits == 0 ? 0 : table.Bytes(MemoryMarshal.AsBytes<ulong>(policy.Nodes)), bits);
        }
        if (plan.Personality is { } personality) table.Call((ushort)StageStep.Personality, SYS_personality, personality);
    }

    /// <summary>
    /// All CPUs of the container's cpuset, not those of the caller of runcs (as with runc). If this is refused, by whatever error of a
    /// filter, it keeps those that it has.
    /// </summary>
    public static void AddAllCpus(StageTable table)
    {
        Span<byte> all = stackalloc byte[Sched.MostCpus / 8];
        all.Fill(0xff);
        table.Call((ushort)StageStep.Affinity, SYS_sched_setaffinity, 0, (ulong)all.Length, table.Bytes(all)).ToleratingAll();
    }
}
