// SPDX-License-Identifier: Apache-2.0
using Runcs.Native;

namespace Runcs.Scheduling;

/// <summary><c>process.scheduler</c>.</summary>
public sealed record SchedulerPlan(string Policy, Sched.sched_attr Attributes);
