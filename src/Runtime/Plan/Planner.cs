// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Cgroups;
using Runcs.Credentials;
using Runcs.Hooks;
using Runcs.IntelRdt;
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.Network;
using Runcs.OciSpec;
using Runcs.Rootfs;
using Runcs.Scheduling;
using Runcs.Seccomp;
using Runcs.Values;

namespace Runcs.Plan;

/// <summary>From a config to a <see cref="ContainerPlan"/>: pure, and reports all errors of the config at once.</summary>
public static class Planner
{
    /// <param name="document">The config as text, which the plan only carries.</param>
    /// <param name="faults">The faults of the document itself; the config is its readable part.</param>
    /// <param name="bundle">The bundle's directory, absolute.</param>
    /// <param name="problems">Receives every reason why the config cannot be applied, those of the document first.</param>
    /// <param name="warnings">Warnings that do not fail the command.</param>
    /// <returns>Null if there is any problem.</returns>
    public static ContainerPlan? TryPlan(byte[] document, Config config, DocumentFault[] faults, string id, string bundle,
        HostFacts host, List<string> problems, List<string> warnings)
    {
        var found = new List<string>();
        ContainerPlan plan = PlanAll(document, config, id, bundle, host, found, warnings);
        if (faults.Length > 0 || config is { Process: null } or { Root: null }) Problems.AddIndependent(faults, config, found, problems);
        else if (found.Count > 0) problems.AddRange(found);
        for (int i = 0; i < problems.Count; i++) problems[i] = MountDestinations.Complete(problems[i], config.Mounts);
        return problems.Count == 0 ? plan : null;
    }

    private static ContainerPlan PlanAll(byte[] document, Config config, string id, string bundle, HostFacts host, List<string> problems, List<string> warnings)
    {
        TopLevelRules.Check(config, host.Starts, problems);
        if (config.Hooks is { } hooks) HookRules.Check(hooks, problems);

        Process process = config.Process ?? new Process();
        Linux linux = config.Linux ?? new Linux();
        NamespacePlan namespaces = NamespacePlanner.PlanNamespaces(linux, process.User, host.Caller, problems);
        TopLevelRules.CheckNames(config, namespaces, problems);
        ProgramRights rights = Rights(config, namespaces, host.Caller);
        CredentialsPlan credentials = CredentialsPlanner.PlanCredentials(process, rights, problems, warnings);
        ProcessPlan program = config.Process == null ? ProcessPlan.None
            : ProcessPlanner.PlanProcess(process, host.NotifyDirectory == null ? [] : [NotifyPlanner.Variable], problems);
        SchedulingPlan? scheduling = SchedulingPlanner.PlanScheduling(process, linux, rights.ActsOnOthers, problems);
        LsmPlan? labels = LsmPlan.PlanLabels(process, host.Labels, problems);
        NetDevicePlan[] netDevices = NetDevicePlanner.PlanNetDevices(linux.NetDevices,
            !namespaces.Has(CloneFlags.CLONE_NEWNET) || host.Rootfs.JoinsHostNetwork, problems);
        RootfsPlan rootfs = RootfsPlanner.PlanRootfs(config, host.NotifyDirectory == null ? [] : [NotifyPlanner.PlanMount(host.NotifyDirectory)], bundle,
            host.Rootfs with { InUserNamespace = namespaces.HasUsers || host.Caller.InUserNamespace }, problems);
        CgroupPlan cgroup = host.NoCgroups ? CgroupPlanner.PlanNone(linux.Resources, host.Cgroups, namespaces.HasOwnPids, problems)
            : CgroupPlanner.PlanCgroups(linux.Resources, linux.CgroupsPath, id, host.Cgroups, problems, CgroupOwner.Plan(config, namespaces), host.Systemd, host.Rootless);
        IntelRdtPlan? intelRdt = IntelRdtPlanner.PlanIntelRdt(linux.IntelRdt, id, host.IntelRdt, problems, warnings);
        SeccompPlan? seccomp = SeccompPlanner.PlanSeccomp(linux.Seccomp, bundle, host.Seccomp, problems, warnings);
        return new ContainerPlan(id, bundle, config, namespaces, rootfs, cgroup, credentials, program)
        {
            Document = document,
            IntelRdt = intelRdt,
            Scheduling = scheduling,
            Labels = labels,
            NetDevices = netDevices,
            Seccomp = seccomp,
        };
    }

    private static ProgramRights Rights(Config config, NamespacePlan namespaces, CallerFacts caller) =>
        ProgramRights.Of(config, caller, namespaces.HasUsers, caller.GroupsDenied || namespaces.GidMethod == IdMapMethod.WriteOwn);
}
