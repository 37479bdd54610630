// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>The costs of a command and of all its descendants, from the command's execve on.</summary>
public sealed record Costs(long SystemCalls, long PageFaults, long Clones, long ContextSwitches, TimeSpan Cpu)
{
    public static Costs Zero { get; } = new(0, 0, 0, 0, TimeSpan.Zero);

    public Costs Plus(Costs other) =>
        new(SystemCalls + other.SystemCalls, PageFaults + other.PageFaults, Clones + other.Clones, ContextSwitches + other.ContextSwitches, Cpu + other.Cpu);

    /// <summary>The smaller of both in each count: what a disturbance added to one of them is gone.</summary>
    public Costs Least(Costs other) =>
        new(Math.Min(SystemCalls, other.SystemCalls), Math.Min(PageFaults, other.PageFaults), Math.Min(Clones, other.Clones),
            Math.Min(ContextSwitches, other.ContextSwitches), Cpu < other.Cpu ? Cpu : other.Cpu);
}
