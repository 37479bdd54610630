// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Credentials;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Plan;
using Runcs.Scheduling;
using Runcs.Seccomp;

namespace Runcs.Init.Stage;

/// <summary>The inputs of the steps of a <see cref="StagePlan"/>.</summary>
internal sealed class StageInputs(StagePlan plan, ProcessPlan process, CredentialsPlan credentials, string[] env)
{
    public StagePlan Plan { get; } = plan;

    public ProcessPlan Process { get; } = process;

    public CredentialsPlan Credentials { get; } = credentials;

    public string[] Env { get; } = env;

    internal required Fd Start { get; init; }

    internal required Fd Report { get; init; }

    /// <summary>The number of descriptors above standard error that the program keeps.</summary>
    internal required int Preserved { get; init; }

    internal LsmPlan? Labels { get; init; }

    internal SchedulingPlan? Scheduling { get; init; }

    internal SeccompPlan? Seccomp { get; init; }

    /// <summary>The hooks that run before the program.</summary>
    internal Hook[] Hooks { get; init; } = [];

    /// <summary>A readable file with the state for the hooks; null without hooks.</summary>
    internal Fd? HookInput { get; init; }

    /// <summary>The pipes of their output; null without hooks.</summary>
    internal HookPipes? HookOutput { get; init; }

    /// <summary>The pid namespace of the process's children.</summary>
    internal Fd? PidNamespace { get; init; }

    /// <summary>
    /// The tasks file of the memory cgroup; null also if that could not be made
    /// (<see cref="Cgroups.CgroupPlan.Rootless"/>).
    /// </summary>
    internal Fd? Memory { get; init; }

    /// <summary>A pidfd of the container's first process, whose namespaces are entered.</summary>
    internal Fd? Init { get; init; }

    /// <summary>The new root of the process.</summary>
    internal Fd? Root { get; init; }

    /// <summary>The host's /proc: see <see cref="LsmRows"/>.</summary>
    internal Fd? Proc { get; init; }

    /// <summary>The container's id, for its session keyring.</summary>
    internal string Id { get; init; } = "";

    /// <summary>The descriptors that the stage uses in addition to its channels, and that close with it.</summary>
    internal List<int> Inherited()
    {
        var numbers = new List<int>();
        foreach (Fd? descriptor in (System.ReadOnlySpan<Fd?>)[HookInput, HookOutput?.Read, HookOutput?.Write, HookOutput?.ErrorRead, HookOutput?.ErrorWrite, PidNamespace, Memory, Init, Root, Proc])
            if (descriptor != null)
                numbers.Add(descriptor.Value);
        return numbers;
    }
}
