// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Credentials;
using Runcs.Native;
using Runcs.Scheduling;
using Runcs.Seccomp;

namespace Runcs.Plan;

/// <summary>The order of the exec stage, whose privileges shrink from step to step: pure.</summary>
public sealed class StagePlanner
{
    private readonly List<StageAction> _actions = new(32);
    private readonly FilterPlace _place;
    private readonly bool _notifies, _noNewPrivileges;

    // What seccomp(2) asks of a process without no_new_privs.
    private readonly ulong _forFilter;

    private StagePlanner(CredentialsPlan credentials, SeccompPlan? seccomp, bool joinsPids)
    {
        _noNewPrivileges = credentials.NoNewPrivileges;
        _notifies = seccomp is { Listener: not null };
        if (seccomp == null) return;
        _forFilter = credentials.NoNewPrivileges ? 0 : CapabilitySet.Bit("CAP_SYS_ADMIN");
        // That privilege must not appear in a pid namespace with others, who may take hold of the process there (ptrace(2)). One
        // with a listener comes before the wait, since `create` is who hands the listener over. Else last, so that a profile has
        // to allow nothing but what the program does and its execve.
        _place = joinsPids && !credentials.NoNewPrivileges ? FilterPlace.BeforePidNamespace : _notifies ? FilterPlace.BeforeWait : FilterPlace.Last;
    }

    private enum FilterPlace
    {
        None,
        BeforePidNamespace,
        BeforeWait,
        Last,
    }

    /// <summary>For the container's first process, which is in all other namespaces already.</summary>
    public static StagePlan PlanContainer(ContainerPlan plan)
    {
        bool joinsPids = plan.Namespaces.IsJoined(CloneFlags.CLONE_NEWPID), hasUsers = plan.Namespaces.HasUsers;
        var stage = new StagePlanner(plan.Credentials, plan.Seccomp, joinsPids);
        stage.Begin(plan.Labels);
        // With a user namespace it has been chosen before that was entered.
        if (joinsPids && !hasUsers) stage.Add(StageOperation.ChoosePidNamespace, plan.Namespaces.Find(CloneFlags.CLONE_NEWPID)!.JsonPath);
        // On v2 only the limit is held back.
        if (plan.Cgroup is { LateMemory: true, IsUnified: false }) stage.Add(StageOperation.EnterMemoryCgroup, "linux.resources.memory");
        stage.AddScheduling(plan.Scheduling);
        // To raise a hard limit takes CAP_SYS_RESOURCE of the host, which in a user namespace only the parent has.
        RlimitPlan[] limits = hasUsers ? [] : plan.Process.Rlimits;
        stage.AddLimits(limits, joinsPids ? Limits.AllButProcesses : Limits.All);
        stage.BecomeUser();
        if (joinsPids) stage.Appear(plan.Process.Terminal);
        // A clone is counted against RLIMIT_NPROC, which may be used up by the user's other processes (setrlimit(2)).
        if (joinsPids) stage.AddLimits(limits, Limits.Processes);
        bool hasProgram = plan.Process.Program.Length > 0;
        stage.GetReady(hasProgram, waits: true);
        if (!hasProgram) stage.Add(StageOperation.Refuse, "process");
        else stage.StartContainer(plan.Hooks.StartContainer.Length);
        return new StagePlan([.. stage._actions]) { LimitsFromOutside = hasUsers ? plan.Process.Rlimits : [] };
    }

    /// <summary>For a further process, which is in none of the container's namespaces yet.</summary>
    public static StagePlan PlanExec(ExecPlan plan, ExecFacts facts)
    {
        bool entersPids = (facts.Namespaces & CloneFlags.CLONE_NEWPID) != 0;
        var stage = new StagePlanner(plan.Credentials, plan.Seccomp, entersPids);
        stage.Begin(plan.Labels);
        stage.AddScheduling(plan.Scheduling);
        // With the host's privileges, which it takes to raise one; but that on processes also counts the clone to come.
        stage.AddLimits(plan.Process.Rlimits, Limits.AllButProcesses);
        foreach (RlimitPlan limit in plan.Process.Rlimits)
            if (limit.Resource == RlimitPlan.Nproc)
                stage.Add(StageOperation.LiftProcessLimit, limit.JsonPath);
        stage._actions.Add(new StageAction(StageOperation.EnterNamespaces, Namespaces: facts.Namespaces));
        if (facts.Chroots) stage.Add(StageOperation.ChangeRoot);
        // Of the host's root the user namespace may know nothing; its own root is who has made what is to be found there.
        if ((facts.Namespaces & CloneFlags.CLONE_NEWUSER) != 0) stage.Add(StageOperation.BecomeRoot);
        if (!facts.NoNewKeyring) stage.Add(StageOperation.JoinKeyring);
        stage.BecomeUser();
        if (entersPids) stage.Appear(plan.Process.Terminal);
        stage.AddLimits(plan.Process.Rlimits, Limits.Processes);
        // What one process gives another comes from the parent, which needs the stage to wait for it; so does a listener, which
        // is taken out of the process before the program's execve closes it.
        stage.GetReady(hasProgram: true, facts.ParentActs || plan.Scheduling is { Scheduler: not null } or { IOPriority: not null } || stage._place == FilterPlace.BeforeWait);
        stage.Execute();
        return new StagePlan([.. stage._actions]);
    }

    private enum Limits
    {
        All,
        AllButProcesses,
        Processes,
    }

    private void Add(StageOperation operation, string path = "") => _actions.Add(new StageAction(operation, path));

    // Labels count from the next execve on, and what sets them must not be judged by them.
    private void Begin(LsmPlan? labels)
    {
        Add(StageOperation.Hide);
        if (labels != null) Add(StageOperation.Label, labels.ApparmorProfile.Length == 0 ? "process.selinuxLabel" : labels.SelinuxLabel.Length == 0 ? "process.apparmorProfile" : "process.apparmorProfile, process.selinuxLabel");
    }

    private void AddScheduling(SchedulingPlan? plan)
    {
        if (plan is { MemoryPolicy: not null } or { Personality: not null }) Add(StageOperation.Schedule, "linux.memoryPolicy, linux.personality");
    }

    // Here neither the set-up nor the managed runtime meets them; but before the change of the user, who may not raise them.
    private void AddLimits(RlimitPlan[] limits, Limits which)
    {
        foreach (RlimitPlan limit in limits)
            if (which == Limits.All || (limit.Resource == RlimitPlan.Nproc) == (which == Limits.Processes))
                _actions.Add(new StageAction(StageOperation.Limit, limit.JsonPath, limit));
    }

    private void BecomeUser()
    {
        Add(StageOperation.BecomeUser, "process.user, process.cwd");
        if (_place == FilterPlace.BeforePidNamespace)
        {
            Add(StageOperation.CloseOnExec);
            _actions.Add(new StageAction(StageOperation.SetCapabilities, "process.capabilities", Kept: _forFilter));
            if (_notifies) Add(StageOperation.AnnounceListener, "linux.seccomp.listenerPath");
            Add(StageOperation.LoadFilter, "linux.seccomp");
            // The process that has the listener's descriptor is about to leave: not before the parent has it.
            if (_notifies) Add(StageOperation.Wait);
        }
        if (_noNewPrivileges) Add(StageOperation.NoNewPrivileges, "process.noNewPrivileges");
        _actions.Add(new StageAction(StageOperation.DropPrivileges, "process.capabilities", Kept: _place == FilterPlace.BeforePidNamespace ? 0 : _forFilter));
    }

    // With no more privileges than the user: whoever has CAP_SYS_PTRACE in the pid namespace may attach to what appears there.
    private void Appear(bool terminal)
    {
        Add(StageOperation.AppearInPidNamespace);
        // The terminal of a session leader that ends is hung up (setsid(2)), so it is taken by the process that goes on.
        if (terminal) Add(StageOperation.TakeTerminal, "process.terminal");
    }

    private void GetReady(bool hasProgram, bool waits)
    {
        if (hasProgram) Add(StageOperation.FindProgram, "process.args[0]");
        Add(StageOperation.ReportReady);
        if (_place == FilterPlace.BeforeWait)
        {
            Add(StageOperation.CloseOnExec);
            Add(StageOperation.AnnounceListener, "linux.seccomp.listenerPath");
            Add(StageOperation.LoadFilter, "linux.seccomp");
        }
        if (waits) Add(StageOperation.Wait);
    }

    private void StartContainer(int hooks)
    {
        for (int i = 0; i < hooks; i++)
            _actions.Add(new StageAction(_place == FilterPlace.Last ? StageOperation.RunFilteredHook : StageOperation.RunHook, $"hooks.startContainer[{i}]", Hook: i));
        Execute();
    }

    private void Execute()
    {
        // Once, and before the filter may refuse it.
        if (_place is FilterPlace.None or FilterPlace.Last) Add(StageOperation.CloseOnExec);
        if (_place == FilterPlace.Last) Add(StageOperation.LoadFilter, "linux.seccomp");
        Add(StageOperation.Execute, "process.args");
    }
}
