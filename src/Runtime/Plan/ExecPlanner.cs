// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Credentials;
using Runcs.OciSpec;
using Runcs.Scheduling;
using Runcs.Seccomp;

namespace Runcs.Plan;

/// <summary>From a process and the container's config to an <see cref="ExecPlan"/>: pure.</summary>
public static class ExecPlanner
{
    /// <summary>
    /// Members that a process document leaves open are taken from the container's own process. The selection is runc's:
    /// the user, the environment, the directory and no_new_privs are not among them.
    /// </summary>
    public static void Complete(Process process, Process ofConfig)
    {
        process.Capabilities ??= ofConfig.Capabilities;
        if (process.ApparmorProfile.Length == 0) process.ApparmorProfile = ofConfig.ApparmorProfile;
        if (process.SelinuxLabel.Length == 0) process.SelinuxLabel = ofConfig.SelinuxLabel;
        if (process.Rlimits.Length == 0) process.Rlimits = ofConfig.Rlimits;
        process.Scheduler ??= ofConfig.Scheduler;
        process.IOPriority ??= ofConfig.IOPriority;
        process.ExecCPUAffinity ??= ofConfig.ExecCPUAffinity;
        process.OomScoreAdj ??= ofConfig.OomScoreAdj;
        process.User.Umask ??= ofConfig.User.Umask;
    }

    /// <param name="process">The complete process.</param>
    /// <param name="bundle">Absolute.</param>
    /// <param name="rights">What runcs can give to it.</param>
    /// <param name="labels">Read only if the process has labels.</param>
    /// <param name="seccomp">Read only if the profile names flags.</param>
    /// <param name="problems">Errors of the process, each with its JSON path.</param>
    /// <param name="warnings">
    /// Warnings about the process that do not fail the command. create has printed those about the filter.
    /// </param>
    public static ExecPlan PlanExec(Process process, Linux linux, string bundle, ProgramRights rights, LsmFacts labels, SeccompFacts seccomp, List<string> problems, List<string> warnings) =>
        new(ProcessPlanner.PlanProcess(process, [], problems), CredentialsPlanner.PlanCredentials(process, rights, problems, warnings))
        {
            Scheduling = SchedulingPlanner.PlanScheduling(process, linux, rights.ActsOnOthers, problems),
            Labels = LsmPlan.PlanLabels(process, labels, problems),
            Seccomp = SeccompPlanner.PlanSeccomp(linux.Seccomp, bundle, seccomp, problems, []),
        };
}
