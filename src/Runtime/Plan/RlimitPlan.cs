// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Plan;

/// <summary>One limit of setrlimit(2): the kernel's number and both values.</summary>
public sealed record RlimitPlan(int Resource, ulong Soft, ulong Hard, string JsonPath)
{
    /// <summary>RLIMIT_NPROC (asm-generic/resource.h).</summary>
    public const int Nproc = 6;
}
