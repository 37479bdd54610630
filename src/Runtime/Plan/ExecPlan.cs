// SPDX-License-Identifier: Apache-2.0
using Runcs.Credentials;
using Runcs.Scheduling;
using Runcs.Seccomp;

namespace Runcs.Plan;

/// <summary>A further process of a container, decided from its config and the request of <c>exec</c>.</summary>
public sealed record ExecPlan(ProcessPlan Process, CredentialsPlan Credentials)
{
    /// <summary>Null for none.</summary>
    public SchedulingPlan? Scheduling { get; init; }

    /// <inheritdoc cref="Scheduling"/>
    public LsmPlan? Labels { get; init; }

    /// <inheritdoc cref="Scheduling"/>
    public SeccompPlan? Seccomp { get; init; }
}
