// SPDX-License-Identifier: Apache-2.0
using System.Text;
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

    /// <summary>As text, one step per line, for snapshots.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        Credentials.Describe(text);
        Labels?.Describe(text);
        Scheduling?.Describe(text);
        Seccomp?.Describe(text);
        Process.Describe(text);
        return text.ToString();
    }
}
