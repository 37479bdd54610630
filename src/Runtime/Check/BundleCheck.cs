// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Text;
using Runcs.Cgroups;
using Runcs.Containers;
using Runcs.Credentials;
using Runcs.Namespaces;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.OciSpec.Json;
using Runcs.Plan;

namespace Runcs.Check;

/// <summary>
/// <c>check</c>: plans a bundle as <c>create</c> does and reports its problems, then checks the host for its
/// requirements. Changes and runs nothing.
/// </summary>
public static class BundleCheck
{
    /// <param name="options">Those of <c>create</c>.</param>
    /// <param name="withPlan">Include the plan in the report.</param>
    public static CheckReport Run(CreateOptions options, bool withPlan)
    {
        string file = options.Config ?? $"{options.Bundle}/{Bundle.ConfigName}";
        var (problems, warnings) = (new List<string>(), new List<string>());
        var unmet = new UnmetRequirements();
        ContainerPlan? plan = null;
        try
        {
            var notes = new DocumentNotes();
            Bundle read = Bundle.Read(file, notes);
            plan = read.TryPlan(options, problems, warnings, asRoot: true);
            if (plan != null && !Caller.IsRoot()) plan = PlanOfCaller(read, options, warnings, unmet);
            if (plan != null)
            {
                warnings.AddRange(plan.Cgroup.Warnings);
                foreach (string warning in plan.Rootfs.Warnings) warnings.Add(MountDestinations.Complete(warning, read.Config.Mounts));
            }
            if (read.Config.Process == null && !Array.Exists(read.Faults, static fault => fault.Path == "process")) warnings.Add("process: is missing, which start requires");
            // A session in the foreground relays without one.
            if (read.Config.Process is { Terminal: true } && !Terminals.IsTerminal(0)) warnings.Add("process.terminal: standard input is not a terminal; create needs --console-socket");
            foreach (DocumentFault remark in read.Remarks(notes)) warnings.Add(remark.ToString());
            CheckRequirements(read, options.Bundle, HostFacts.Read(read.Config, options.NoPivot, options.SystemdCgroup, rootless: false) with { NoCgroups = options.NoCgroups }, problems, unmet);
        }
        catch (RuncsException e)
        {
            problems.Add(e.Message);
        }
        catch (OutOfMemoryException)
        {
            return new CheckReport([$"{file}: exceeds runcs's own memory limit"], [], [], null);
        }
        return new CheckReport([.. problems], [.. unmet.Lines], [.. warnings], withPlan && plan != null ? Describe(plan) : null);
    }

    // What only another caller's container may have is no problem of the config, but of this caller on this host.
    private static ContainerPlan? PlanOfCaller(Bundle read, CreateOptions options, List<string> warnings, UnmetRequirements unmet)
    {
        var own = new List<string>();
        if (read.TryPlan(options, unmet.Lines, own) is not { } plan) return null;
        foreach (string warning in own)
            if (!warnings.Contains(warning)) warnings.Add(warning);
        return plan;
    }

    private static string Describe(ContainerPlan plan)
    {
        var text = new StringBuilder(plan.Describe());
        StagePlanner.PlanContainer(plan).Describe(text);
        return text.ToString();
    }

    // The host is not checked for a field that is wrong.
    private static void CheckRequirements(Bundle bundle, string directory, HostFacts facts, List<string> problems, UnmetRequirements unmet)
    {
        Config config = bundle.Config;
        KernelRequirements.Check(config, unmet);
        bool isRoot = Caller.IsRoot();
        // A plan with problems is still used: the rest of it can be checked.
        NamespacePlan namespaces = NamespacePlanner.PlanNamespaces(config.Linux ?? new Linux(), null, facts.Caller, []);
        NamespaceRequirements.Check(config, isRoot, unmet);
        IdMapRequirements.Check(namespaces, facts.Caller, unmet);
        FileRequirements.Check(config, directory, namespaces.Ids, unmet);
        PrivilegeRequirements.Check(config, facts.Caller, unmet);
        SettingRequirements.Check(config, facts.Cgroups, facts.Caller.IsHostRoot, unmet);
        ProgramRequirements.Check(config, directory, facts.Caller, unmet);
        if (!facts.NoCgroups)
        {
            CgroupPlan cgroup = CgroupPlanner.PlanCgroups(config.Linux?.Resources, config.Linux?.CgroupsPath, CreateOptions.NoId, facts.Cgroups, [], systemd: facts.Systemd);
            CgroupRequirements.Check(config.Linux?.Resources ?? new LinuxResources(), cgroup, unmet);
            if (!facts.Caller.IsHostRoot) DelegationRequirements.Check(cgroup, unmet);
        }
        var wrong = new HashSet<string>(StringComparer.Ordinal);
        foreach (string problem in problems) wrong.Add(PlaceOf(problem));
        unmet.Lines.RemoveAll(line => wrong.Contains(PlaceOf(line)));
        for (int i = 0; i < unmet.Lines.Count; i++) unmet.Lines[i] = MountDestinations.Complete(unmet.Lines[i], config.Mounts);
    }

    private static string PlaceOf(string line)
    {
        int end = line.IndexOf(": ", StringComparison.Ordinal);
        return end < 0 ? line : line[..end];
    }
}
