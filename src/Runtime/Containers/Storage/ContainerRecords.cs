// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Diagnostics;
using Runcs.Plan;

namespace Runcs.Containers.Storage;

/// <summary>From a plan to its record.</summary>
internal static class ContainerRecords
{
    /// <summary>The record before any effect: no process yet, but everything that a clean-up needs.</summary>
    internal static ContainerRecord Intend(CreateOptions options, ContainerPlan plan) => new()
    {
        Id = options.Id,
        OciVersion = plan.Config.OciVersion,
        Bundle = options.Bundle,
        Rootfs = plan.Rootfs.Root,
        Created = Timestamp.NowNano(),
        Annotations = plan.Config.HasAnnotations() ? plan.Config.Annotations : null,
        Cgroups = plan.Cgroup.Paths,
        CgroupsDisabled = options.NoCgroups,
        Unit = plan.Cgroup.Unit?.Name ?? "",
        PrivatePidNamespace = plan.Namespaces.HasOwnPids,
        NoNewKeyring = options.NoNewKeyring,
        Hooks = HookKinds(plan.Hooks),
        Program = plan.Process.Program,
        Keeper = options.Keeper,
    };

    private static string[] HookKinds(OciSpec.Hooks hooks)
    {
        var kinds = new List<string>();
        if (hooks.Poststart.Length > 0) kinds.Add("poststart");
        if (hooks.Poststop.Length > 0) kinds.Add("poststop");
        return [.. kinds];
    }
}
