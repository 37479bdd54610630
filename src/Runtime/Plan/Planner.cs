// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Cgroups;
using Runcs.Credentials;
using Runcs.Diagnostics;
using Runcs.Hooks;
using Runcs.IntelRdt;
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.Network;
using Runcs.OciSpec;
using Runcs.Rootfs;
using Runcs.Scheduling;

namespace Runcs.Plan;

/// <summary>From a config to a <see cref="ContainerPlan"/>: pure, and all errors of the config at once.</summary>
public static class Planner
{
    /// <param name="document">The config as text, which the plan only carries.</param>
    /// <param name="bundle">The bundle's directory, absolute.</param>
    /// <param name="warnings">What the user should know although the container can be made.</param>
    /// <exception cref="RuncsException">The config cannot be carried out; the message has every reason found.</exception>
    public static ContainerPlan Plan(byte[] document, Config config, string id, string bundle, HostFacts host, List<string> warnings)
    {
        var problems = new List<string>();
        CheckVersion(config.OciVersion, problems);
        if (config.Process == null) problems.Add("process: must be there for create");
        if (config.Root == null) problems.Add("root: must be there");
        if (config.Linux == null) problems.Add("linux: must be there");
        Unsupported.Check(config, problems);
        if (config.Hooks is { } hooks) HookRules.Check(hooks, problems);
        ThrowIfAny(problems, stop: config.Process == null || config.Root == null || config.Linux == null);

        Process process = config.Process!;
        Linux linux = config.Linux!;
        NamespacePlan namespaces = NamespacePlanner.PlanNamespaces(linux, process.User, problems);
        CheckNames(config, namespaces, problems);
        CredentialsPlan credentials = CredentialsPlanner.PlanCredentials(process, host.Permitted, problems, warnings);
        ProcessPlan program = ProcessPlanner.PlanProcess(process, problems);
        SchedulingPlan? scheduling = SchedulingPlanner.PlanScheduling(process, linux, problems);
        LsmPlan? labels = LsmPlan.PlanLabels(process, host.Labels, problems);
        NetDevicePlan[] netDevices = NetDevicePlanner.PlanNetDevices(linux.NetDevices,
            !namespaces.Has(Processes.CLONE_NEWNET) || host.Rootfs.JoinsHostNetwork, problems);
        RootfsPlan rootfs = RootfsPlanner.PlanRootfs(config, bundle, host.Rootfs, problems);
        CgroupPlan cgroup = CgroupPlanner.PlanCgroups(linux.Resources, linux.CgroupsPath, id, host.Cgroups, problems, CgroupOwner.Plan(config, namespaces));
        IntelRdtPlan? intelRdt = IntelRdtPlanner.PlanIntelRdt(linux.IntelRdt, id, host.IntelRdt, problems, warnings);
        ThrowIfAny(problems, stop: true);
        return new ContainerPlan(id, bundle, config, namespaces, rootfs, cgroup, credentials, program)
        {
            Document = document,
            IntelRdt = intelRdt,
            Scheduling = scheduling,
            Labels = labels,
            NetDevices = netDevices,
        };
    }

    // config.md, "Specification version": SemVer; what is 1.x is meant to be compatible.
    private static void CheckVersion(string version, List<string> problems)
    {
        if (version.Length == 0) problems.Add("ociVersion: must be there");
        else if (!version.StartsWith("1.", System.StringComparison.Ordinal)) problems.Add($"ociVersion: must be 1.x, got \"{version}\"");
    }

    private static void CheckNames(Config config, NamespacePlan namespaces, List<string> problems)
    {
        if (namespaces.Has(Processes.CLONE_NEWUTS)) return;
        if (!string.IsNullOrEmpty(config.Hostname)) problems.Add("hostname: needs a uts namespace in linux.namespaces, or it would be set for the host");
        if (!string.IsNullOrEmpty(config.Domainname)) problems.Add("domainname: needs a uts namespace in linux.namespaces, or it would be set for the host");
    }

    private static void ThrowIfAny(List<string> problems, bool stop)
    {
        if (stop && problems.Count > 0) throw new RuncsException(string.Join("; ", problems));
    }
}
