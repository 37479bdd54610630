// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.Cgroups;
using Runcs.Init.Protocol;
using Runcs.Plan;
using Runcs.Terminal;

namespace Runcs.Init.Parent;

/// <summary>What a further process of a container works from: the plan, and what was opened for it in the host's namespaces.</summary>
public sealed record ExecRequest(ExecPlan Plan, StagePlan Stage, string Id, ExecTarget Target) : IDisposable
{
    public InitChannels Channels { get; } = InitChannels.OfPipes();

    /// <summary>Null for none.</summary>
    public Cgroup? Cgroup { get; init; }

    /// <summary>Where the container's own v2 cgroup takes no process, its init's does.</summary>
    public bool MayFollowInit { get; init; }

    /// <summary>The groups of resctrl to join.</summary>
    public string[] Resctrl { get; init; } = [];

    /// <summary>The program's terminal; null for none.</summary>
    public Pty? Terminal { get; set; }

    /// <summary>The program's standard streams where it has no terminal.</summary>
    public ContainerStreams Streams { get; init; } = ContainerStreams.Own;

    /// <summary>How many descriptors after stdio the program keeps.</summary>
    public int PreserveFds { get; init; }

    // config.md, "Linux Process", execCPUAffinity: in force before the cgroup is joined. The clone sets it for itself, and joins then.
    internal bool JoinsLate => Plan.Scheduling?.ExecAffinity is { Initial.Length: > 0 };

    public void Dispose()
    {
        Terminal?.Dispose();
        Cgroup?.Dispose();
        Channels.Dispose();
        Target.Dispose();
    }
}
