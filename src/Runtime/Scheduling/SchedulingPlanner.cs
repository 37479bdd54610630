// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Values;

namespace Runcs.Scheduling;

/// <summary>From <c>process.scheduler</c>, <c>ioPriority</c> and <c>execCPUAffinity</c>, and <c>linux.memoryPolicy</c> and <c>personality</c>, to a <see cref="SchedulingPlan"/>.</summary>
public static partial class SchedulingPlanner
{
    // personality(2).
    private const uint PER_LINUX = 0, PER_LINUX32 = 8;
    private const int LowestPriority = 7;

    /// <summary>The modes of a memory policy, indexed by number (linux/mempolicy.h).</summary>
    public static readonly string[] MemoryPolicyModes =
        ["MPOL_DEFAULT", "MPOL_PREFERRED", "MPOL_BIND", "MPOL_INTERLEAVE", "MPOL_LOCAL", "MPOL_PREFERRED_MANY", "MPOL_WEIGHTED_INTERLEAVE"];

    /// <summary>The flags of a memory policy, from bit 13 upwards.</summary>
    public static readonly string[] MemoryPolicyFlags = ["MPOL_F_NUMA_BALANCING", "MPOL_F_RELATIVE_NODES", "MPOL_F_STATIC_NODES"];

    /// <param name="actsOnOthers">The caller may change these attributes of a process that has become another user.</param>
    /// <param name="problems">Errors of the config, each with its JSON path.</param>
    /// <returns>Null if the config sets none of these members.</returns>
    public static SchedulingPlan? PlanScheduling(Process process, Linux linux, bool actsOnOthers, List<string> problems)
    {
        if (process.Scheduler == null && process.IOPriority == null && process.ExecCPUAffinity == null && linux.MemoryPolicy == null && linux.Personality == null)
            return null;
        return new SchedulingPlan(
            process.Scheduler == null ? null : PlanScheduler(process.Scheduler, problems),
            process.IOPriority == null ? null : PlanIOPriority(process.IOPriority, problems),
            linux.MemoryPolicy == null ? null : PlanMemoryPolicy(linux.MemoryPolicy, problems),
            linux.Personality == null ? null : PlanPersonality(linux.Personality, problems),
            process.ExecCPUAffinity == null ? null : PlanAffinity(process.ExecCPUAffinity, problems),
            HasCpuset: linux.Resources?.CPU?.Cpus.Length > 0)
        { BySelf = !actsOnOthers };
    }

    /// <summary>The CPUs of an <c>exec</c>.</summary>
    public static CpuAffinityPlan PlanAffinity(CPUAffinity affinity, List<string> problems) => new(
        PlanList(affinity.Initial, "process.execCPUAffinity.initial", problems),
        PlanList(affinity.Final, "process.execCPUAffinity.final", problems));

    // ioprio_set(2): IOPRIO_PRIO_VALUE(class, data).
    private static int PlanIOPriority(LinuxIOPriority priority, List<string> problems)
    {
        int number = priority.Class switch
        {
            "IOPRIO_CLASS_RT" => Sched.IOPRIO_CLASS_RT,
            "IOPRIO_CLASS_BE" => Sched.IOPRIO_CLASS_BE,
            "IOPRIO_CLASS_IDLE" => Sched.IOPRIO_CLASS_IDLE,
            _ => 0,
        };
        if (number == 0) problems.Add($"process.ioPriority.class: must be IOPRIO_CLASS_RT, IOPRIO_CLASS_BE or IOPRIO_CLASS_IDLE, got \"{priority.Class}\"");
        if (priority.Priority is < 0 or > LowestPriority) problems.Add($"process.ioPriority.priority: must be from 0 to {LowestPriority}, got {priority.Priority}");
        return number << Sched.IOPRIO_CLASS_SHIFT | priority.Priority;
    }

    private static uint PlanPersonality(LinuxPersonality personality, List<string> problems)
    {
        // config-linux.md, "Personality": no flag is supported.
        for (int i = 0; i < personality.Flags.Length; i++)
            problems.Add($"{JsonPath.Element("linux.personality.flags", i)}: the specification defines no flags, got \"{personality.Flags[i]}\"");
        if (personality.Domain is not ("LINUX" or "LINUX32")) problems.Add($"linux.personality.domain: must be LINUX or LINUX32, got \"{personality.Domain}\"");
        return personality.Domain == "LINUX32" ? PER_LINUX32 : PER_LINUX;
    }

    private static MemoryPolicyPlan PlanMemoryPolicy(LinuxMemoryPolicy policy, List<string> problems)
    {
        const int FirstFlag = 13;
        const uint StaticNodes = 1 << 15, RelativeNodes = 1 << 14;
        int mode = Array.IndexOf(MemoryPolicyModes, policy.Mode);
        if (mode < 0) problems.Add($"linux.memoryPolicy.mode: must be one of {string.Join(", ", MemoryPolicyModes)}, got \"{policy.Mode}\"");
        uint flags = 0;
        for (int i = 0; i < policy.Flags.Length; i++)
        {
            int flag = Array.IndexOf(MemoryPolicyFlags, policy.Flags[i]);
            if (flag < 0) problems.Add($"{JsonPath.Element("linux.memoryPolicy.flags", i)}: unknown flag \"{policy.Flags[i]}\"{ValidNames.Instead(policy.Flags[i], MemoryPolicyFlags)}");
            else flags |= 1u << (FirstFlag + flag);
        }
        if ((flags & (StaticNodes | RelativeNodes)) == (StaticNodes | RelativeNodes))
            problems.Add("linux.memoryPolicy.flags: MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other");
        ulong[] nodes = PlanList(policy.Nodes, "linux.memoryPolicy.nodes", problems);
        // set_mempolicy(2); MPOL_PREFERRED without nodes means the local one.
        if (policy.Mode is "MPOL_DEFAULT" or "MPOL_LOCAL" && policy.Nodes.Length > 0)
            problems.Add($"linux.memoryPolicy.nodes: {policy.Mode} takes no nodes, got \"{policy.Nodes}\"");
        else if (policy.Mode is "MPOL_BIND" or "MPOL_INTERLEAVE" or "MPOL_PREFERRED_MANY" or "MPOL_WEIGHTED_INTERLEAVE" && policy.Nodes.Length == 0)
            problems.Add($"linux.memoryPolicy.nodes: {policy.Mode} takes at least one node");
        return new MemoryPolicyPlan(policy.Mode, (uint)Math.Max(mode, 0) | flags, nodes);
    }

    private static ulong[] PlanList(string text, string jsonPath, List<string> problems)
    {
        if (text.Length == 0) return [];
        if (!ListFormat.TryParse(text, out ulong[] mask, out string problem)) problems.Add($"{jsonPath}: {problem}");
        return mask;
    }
}
