// SPDX-License-Identifier: Apache-2.0
using System.Collections.Generic;
using Runcs.Credentials;
using Runcs.Native;
using Runcs.Scheduling;
using Runcs.Seccomp;

namespace Runcs.Plan;

/// <summary>Decides the order of the exec stage, whose privileges shrink from step to step: pure.</summary>
public sealed class StagePlanner
{
    private readonly List<StageAction> _actions = new(32);
    private readonly FilterPlace _place;
    private readonly bool _notifies, _noNewPrivileges;

    // It was made on the CPU of its parent (OneCpu).
    private bool _onOneCpu;

    // The privilege that seccomp(2) requires without no_new_privs.
    private readonly ulong _forFilter;

    private StagePlanner(CredentialsPlan credentials, SeccompPlan? seccomp, bool joinsPids)
    {
        _noNewPrivileges = credentials.NoNewPrivileges;
        _notifies = seccomp is { Listener: not null };
        if (seccomp == null) return;
        _forFilter = credentials.NoNewPrivileges ? 0 : CapabilitySet.Bit("CAP_SYS_ADMIN");
        // That privilege must not be visible in a pid namespace with others, who may attach to the process there
        // (ptrace(2)). A filter with a listener comes before the wait, since `create` passes the listener on. Otherwise
        // the filter comes last, so that a profile need only allow the program's own calls and its execve.
        _place = joinsPids && !credentials.NoNewPrivileges ? FilterPlace.BeforePidNamespace : _notifies ? FilterPlace.BeforeWait : FilterPlace.Last;
    }

    private enum FilterPlace
    {
        None,
        BeforePidNamespace,
        BeforeWait,
        Last,
    }

    /// <summary>For the container's first process, which is already in all other namespaces.</summary>
    /// <param name="waits">Before the program it waits for its parent: true unless <see cref="CanStartAtOnce"/>.</param>
    /// <param name="onOneCpu">It was made on its parent's CPU. Otherwise it has had all CPUs from its beginning, or those that a hook has given it.</param>
    public static StagePlan PlanContainer(ContainerPlan plan, bool waits = true, bool onOneCpu = true)
    {
        bool joinsPids = plan.Namespaces.IsJoined(CloneFlags.CLONE_NEWPID), hasUsers = plan.Namespaces.HasUsers;
        var stage = new StagePlanner(plan.Credentials, plan.Seccomp, joinsPids) { _onOneCpu = onOneCpu };
        stage.Begin(plan.Labels, isFirst: plan.Namespaces.IsNew(CloneFlags.CLONE_NEWPID) && waits);
        // With a user namespace, this was done before that was entered.
        if (joinsPids && !hasUsers) stage.Add(StageOperation.ChoosePidNamespace, plan.Namespaces.Find(CloneFlags.CLONE_NEWPID)!.JsonPath);
        // On v2 only the limit is deferred. On v1 the stage's own charges, such as the page of the message in the report pipe, would
        // count against the limit, so it enters last; but not in sight of others, nor where a filter may refuse the call, nor where
        // the ids with which the file was opened (cgroup1_tasks_write() in the kernel) are neither the host's root nor the user's.
        bool entersMemory = plan.Cgroup is { LateMemory: true, IsUnified: false }, entersLast = !joinsPids && !hasUsers && stage._place != FilterPlace.BeforeWait;
        if (entersMemory && !entersLast) stage.Add(StageOperation.EnterMemoryCgroup, "linux.resources.memory");
        stage.AddScheduling(plan.Scheduling);
        // Raising a hard limit requires CAP_SYS_RESOURCE of the host, which in a user namespace only the parent has.
        RlimitPlan[] limits = hasUsers ? [] : plan.Process.Rlimits;
        stage.AddLimits(limits, joinsPids ? Limits.AllButProcesses : Limits.All);
        stage.BecomeUser();
        if (joinsPids) stage.Appear(plan.Process.Terminal);
        // RLIMIT_NPROC applies to a clone, and the user's other processes may have used it up (setrlimit(2)).
        if (joinsPids) stage.AddLimits(limits, Limits.Processes);
        bool hasProgram = plan.Process.Program.Length > 0;
        stage.GetReady(hasProgram, waits);
        if (entersMemory && entersLast) stage.Add(StageOperation.EnterMemoryCgroup, "linux.resources.memory");
        if (!hasProgram) stage.Add(StageOperation.Refuse, "process");
        else stage.StartContainer(plan.Hooks.StartContainer.Length);
        return new StagePlan([.. stage._actions]) { LimitsFromOutside = hasUsers ? plan.Process.Rlimits : [] };
    }

    /// <summary>
    /// Whether nothing happens between the stage's ready message and the start of <c>run</c>: the parent sets no limits and no scheduler from
    /// outside and passes no listener on, the stage runs no hook, and its process does not change.
    /// </summary>
    public static bool CanStartAtOnce(ContainerPlan plan) =>
        plan is { Scheduling: null, Cgroup: { Unit: null, HasLateWrites: false }, Process.Program.Length: > 0, Hooks.StartContainer.Length: 0 }
        && plan.Seccomp?.Listener == null && !plan.Namespaces.IsJoined(CloneFlags.CLONE_NEWPID) && !(plan.Namespaces.HasUsers && plan.Process.Rlimits.Length > 0);

    /// <summary>For a further process, which is not yet in any of the container's namespaces.</summary>
    public static StagePlan PlanExec(ExecPlan plan, ExecFacts facts)
    {
        bool entersPids = (facts.Namespaces & CloneFlags.CLONE_NEWPID) != 0;
        // With execCPUAffinity it is where that says.
        bool onOneCpu = plan.Scheduling?.ExecAffinity is not ({ Initial.Length: > 0 } or { Final.Length: > 0 });
        var stage = new StagePlanner(plan.Credentials, plan.Seccomp, entersPids) { _onOneCpu = onOneCpu };
        stage.Begin(plan.Labels, isFirst: false);
        // When a session leader ends, its terminal hangs up, so the process that continues in the pid namespace takes it.
        if (plan.Process.Terminal && !entersPids) stage.Add(StageOperation.TakeTerminal, "process.terminal");
        if (facts.ParentPrepares)
        {
            stage.LeaveCpu();
            stage.Add(StageOperation.Wait);
        }
        stage.AddScheduling(plan.Scheduling);
        // Raising a limit requires the host's privileges; but the limit on processes also applies to the later clone.
        stage.AddLimits(plan.Process.Rlimits, Limits.AllButProcesses);
        foreach (RlimitPlan limit in plan.Process.Rlimits)
            if (limit.Resource == RlimitPlan.Nproc)
                stage.Add(StageOperation.LiftProcessLimit, limit.JsonPath);
        stage._actions.Add(new StageAction(StageOperation.EnterNamespaces, Namespaces: facts.Namespaces));
        if (facts.Chroots) stage.Add(StageOperation.ChangeRoot);
        if ((facts.Namespaces & CloneFlags.CLONE_NEWUSER) != 0)
        {
            // The host's root may not be mapped in the user namespace, and the container's files belong to the namespace's
            // own root.
            stage.Add(StageOperation.BecomeRoot);
            // From outside an ordinary user may not.
            if (plan.Process.Terminal) stage.Add(StageOperation.GiveTerminal);
        }
        if (!facts.NoNewKeyring) stage.Add(StageOperation.JoinKeyring);
        stage.BecomeUser();
        if (entersPids) stage.Appear(plan.Process.Terminal);
        stage.AddLimits(plan.Process.Rlimits, Limits.Processes);
        // The parent sets attributes that one process can set for another, so the stage must wait for it. It also takes
        // the notify descriptor out of the process, before the program's execve closes it.
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

    // Labels apply from the next execve, and must not confine the process that sets them. The first process of a pid
    // namespace ignores signals with the default action (pid_namespaces(7)); a joined namespace already has one.
    private void Begin(LsmPlan? labels, bool isFirst)
    {
        Add(StageOperation.Hide);
        if (isFirst) Add(StageOperation.CatchSignals);
        if (labels != null) Add(StageOperation.Label, labels.ApparmorProfile.Length == 0 ? "process.selinuxLabel" : labels.SelinuxLabel.Length == 0 ? "process.apparmorProfile" : "process.apparmorProfile, process.selinuxLabel");
    }

    private void AddScheduling(SchedulingPlan? plan)
    {
        if (plan is { MemoryPolicy: not null } or { Personality: not null }) Add(StageOperation.Schedule, "linux.memoryPolicy, linux.personality");
    }

    // At this point the limits affect neither the set-up nor the managed runtime. It must be before the ids change, since
    // the user cannot raise limits.
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
            LeaveCpu();
            Add(StageOperation.CloseOnExec);
            _actions.Add(new StageAction(StageOperation.SetCapabilities, "process.capabilities", Kept: _forFilter));
            if (_notifies) Add(StageOperation.AnnounceListener, "linux.seccomp.listenerPath");
            Add(StageOperation.LoadFilter, "linux.seccomp");
            // The process that holds the notify descriptor must not exit before the parent has taken it.
            if (_notifies) Add(StageOperation.Wait);
        }
        if (_noNewPrivileges) Add(StageOperation.NoNewPrivileges, "process.noNewPrivileges");
        _actions.Add(new StageAction(StageOperation.DropPrivileges, "process.capabilities", Kept: _place == FilterPlace.BeforePidNamespace ? 0 : _forFilter));
    }

    // With no more privileges than the user: a process with CAP_SYS_PTRACE in the pid namespace may attach to this one.
    private void Appear(bool terminal)
    {
        Add(StageOperation.AppearInPidNamespace);
        // When a session leader ends, its terminal hangs up (setsid(2)), so the process that continues takes it.
        if (terminal) Add(StageOperation.TakeTerminal, "process.terminal");
    }

    // Called behind the clone into a pid namespace, whose parent ends at once; before a wait, and before a filter that may refuse it.
    private void LeaveCpu()
    {
        if (_onOneCpu) Add(StageOperation.UseAllCpus);
        _onOneCpu = false;
    }

    private void GetReady(bool hasProgram, bool waits)
    {
        LeaveCpu();
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
        // Once, and before the filter, which may refuse the calls.
        if (_place is FilterPlace.None or FilterPlace.Last) Add(StageOperation.CloseOnExec);
        if (_place == FilterPlace.Last) Add(StageOperation.LoadFilter, "linux.seccomp");
        Add(StageOperation.Execute, "process.args");
    }
}
