// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Native;

namespace Runcs.Scheduling;

/// <summary>Scheduler, I/O priority, CPUs, memory policy and personality of the program. Null members are not changed.</summary>
/// <param name="IOPriority">The value for ioprio_set(2).</param>
/// <param name="Personality">The value for personality(2).</param>
/// <param name="ExecAffinity">For each <c>exec</c>, not for the container's init (config.md, "Linux Process").</param>
/// <param name="HasCpuset">The container's cgroup may be limited to some CPUs.</param>
public sealed record SchedulingPlan(
    SchedulerPlan? Scheduler, int? IOPriority, MemoryPolicyPlan? MemoryPolicy, uint? Personality, CpuAffinityPlan? ExecAffinity, bool HasCpuset)
{
    /// <summary>The process sets scheduler and I/O priority itself, before it becomes the program's user: the caller may not do it for it.</summary>
    public bool BySelf { get; init; }

    public void Describe(StringBuilder text)
    {
        if (Scheduler is { Attributes: var attributes })
        {
            text.Append("scheduler ").Append(Scheduler.Policy).Append(" flags ").Append(attributes.sched_flags).Append(" nice ").Append(attributes.sched_nice)
                .Append(" priority ").Append(attributes.sched_priority).Append(" runtime ").Append(attributes.sched_runtime)
                .Append(" deadline ").Append(attributes.sched_deadline).Append(" period ").Append(attributes.sched_period).Append('\n');
        }
        if (IOPriority is { } priority)
            text.Append("io priority class ").Append(priority >> Sched.IOPRIO_CLASS_SHIFT).Append(" level ").Append(priority & ((1 << Sched.IOPRIO_CLASS_SHIFT) - 1)).Append('\n');
        if (MemoryPolicy != null) DescribeMask(text.Append("memory policy ").Append(MemoryPolicy.Name), MemoryPolicy.Nodes);
        if (Personality is { } personality) text.Append("personality ").Append(personality).Append('\n');
        if (ExecAffinity == null) return;
        DescribeMask(text.Append("exec: initial cpus"), ExecAffinity.Initial);
        DescribeMask(text.Append("exec: final cpus"), ExecAffinity.Final);
    }

    private static void DescribeMask(StringBuilder text, ulong[] mask)
    {
        for (int number = 0; number < mask.Length * 64; number++)
            if ((mask[number / 64] >> (number % 64) & 1) != 0)
                text.Append(' ').Append(number);
        text.Append('\n');
    }
}
