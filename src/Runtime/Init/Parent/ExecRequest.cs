// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Cgroups;
using Runcs.Init.Protocol;
using Runcs.Plan;
using Runcs.Terminal;

namespace Runcs.Init.Parent;

/// <summary>
/// The inputs for a further process of a container: the plan, and the descriptors opened for it in the host's namespaces.
/// </summary>
public sealed class ExecRequest(ExecPlan plan, StagePlan stage, string id, ExecTarget target) : IDisposable
{
    public ExecPlan Plan { get; } = plan;

    public StagePlan Stage { get; } = stage;

    public string Id { get; } = id;

    public ExecTarget Target { get; } = target;

    public InitChannels Channels { get; } = InitChannels.OfPipes();

    /// <summary>Null for none.</summary>
    public Cgroup? Cgroup { get; init; }

    /// <summary>Its cgroups are joined where the container's own take no process; null for none.</summary>
    public CgroupLeader? Leader { get; init; }

    /// <summary>The resctrl groups to join.</summary>
    public string[] Resctrl { get; init; } = [];

    /// <summary>The program's terminal; null for none.</summary>
    public Pty? Terminal { get; set; }

    /// <summary>The program's standard streams if it has no terminal.</summary>
    public ContainerStreams Streams { get; set; } = ContainerStreams.Own;

    /// <summary>The number of descriptors after stdio that the program keeps.</summary>
    public int PreserveFds { get; init; }

    /// <summary>The cgroups may be frozen, and the process waits in them.</summary>
    public bool MayFreeze { get; init; }

    // config.md, "Linux Process", execCPUAffinity: it applies before the cgroup is joined.
    internal bool JoinsLate => Plan.Scheduling?.ExecAffinity is { Initial.Length: > 0 };

    public void Dispose()
    {
        Terminal?.Dispose();
        Cgroup?.Dispose();
        Channels.Dispose();
        Target.Dispose();
    }
}
