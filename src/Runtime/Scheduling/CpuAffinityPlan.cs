// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Scheduling;

/// <summary><c>process.execCPUAffinity</c>: the CPUs as bits, 64 in each word; empty to leave them unchanged.</summary>
public sealed record CpuAffinityPlan(ulong[] Initial, ulong[] Final);
