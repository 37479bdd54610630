// SPDX-License-Identifier: Apache-2.0
// Run by the exec stage: what a process can only set for itself, and keeps over execve(2).
using System.Runtime.InteropServices;
using Runcs.Native.ExecStage;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Scheduling;

/// <summary>The rows for <c>linux.memoryPolicy</c> and <c>linux.personality</c>. They take no privilege.</summary>
public static class SchedulingRows
{
    /// <summary>In the container's cpuset, which the nodes must be of (set_mempolicy(2)).</summary>
    public static void Add(StageTable table, SchedulingPlan plan)
    {
        if (plan.MemoryPolicy is { } policy)
        {
            // The kernel takes one bit less than it is told of (get_nodes()).
            ulong bits = policy.Nodes.Length == 0 ? 0 : (ulong)policy.Nodes.Length * 64 + 1;
            table.Call((ushort)StageStep.MemoryPolicy, SYS_set_mempolicy, policy.Mode, bits == 0 ? 0 : table.Bytes(MemoryMarshal.AsBytes<ulong>(policy.Nodes)), bits);
        }
        if (plan.Personality is { } personality) table.Call((ushort)StageStep.Personality, SYS_personality, personality);
    }
}
