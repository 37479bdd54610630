// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using Runcs.Diagnostics;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Plan;

namespace Runcs.Init;

/// <summary>The hooks on the way from the clone to the program: which there are, and the state they are told.</summary>
public static class InitHooks
{
    /// <summary>Whether there are hooks for which init has to wait between its mounts and pivot_root.</summary>
    public static bool Any(OciSpec.Hooks hooks) => hooks.Prestart.Length + hooks.CreateRuntime.Length + hooks.CreateContainer.Length > 0;

    /// <summary>The document of runtime.md, "State", for a hook.</summary>
    /// <param name="pid">As the hook sees it; 0 for none.</param>
    public static State StateFor(ContainerPlan plan, string status, int pid) => new()
    {
        OciVersion = plan.Config.OciVersion,
        Id = plan.Id,
        Status = status,
        Pid = pid,
        Bundle = plan.Bundle,
        Annotations = plan.Config.Annotations,
    };

    /// <summary>Init's pid as the container sees it.</summary>
    internal static int OwnPid() => Processes.GetPid();

    /// <summary>A readable file with the state for a hook that the exec stage runs.</summary>
    /// <exception cref="SyscallException"/>
    internal static Fd OpenInput(ContainerPlan plan) =>
        Descriptors.MakeMemfd("runcs-state", StateFor(plan, ContainerStatus.Created, OwnPid()).WriteCompact());
}
