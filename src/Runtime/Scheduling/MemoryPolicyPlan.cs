// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Scheduling;

/// <summary><c>linux.memoryPolicy</c>: the mode with its flags, and the nodes as bits.</summary>
public sealed record MemoryPolicyPlan(string Name, uint Mode, ulong[] Nodes);
