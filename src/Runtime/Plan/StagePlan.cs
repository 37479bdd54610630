// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;
using Runcs.Credentials;
using Runcs.Namespaces;
using Runcs.Native;

namespace Runcs.Plan;

/// <summary>The steps of the exec stage, in order, and their consequences for its parent.</summary>
public sealed record StagePlan(StageAction[] Actions)
{
    /// <summary>The stage continues in another process, in an existing pid namespace.</summary>
    public bool Moves => Has(StageOperation.AppearInPidNamespace);

    /// <summary>The seccomp filter is loaded before that.</summary>
    public bool FiltersEarly => Moves && Find(StageOperation.LoadFilter) is >= 0 and var filter && filter < Find(StageOperation.AppearInPidNamespace);

    /// <summary>It waits for its parent before it enters the container.</summary>
    public bool WaitsEarly => Find(StageOperation.Wait) is >= 0 and var wait && wait < Find(StageOperation.EnterNamespaces);

    /// <summary>After its ready message it waits for its parent.</summary>
    public bool Waits => Array.FindLastIndex(Actions, static action => action.Operation == StageOperation.Wait) > Find(StageOperation.ReportReady);

    /// <summary>Limits that the parent sets from outside while the stage waits.</summary>
    public RlimitPlan[] LimitsFromOutside { get; init; } = [];

    public bool Has(StageOperation operation) => Find(operation) >= 0;

    private int Find(StageOperation operation) => Array.FindIndex(Actions, action => action.Operation == operation);

    /// <summary>As text, one step per line, for a dry run and for snapshots.</summary>
    public void Describe(StringBuilder text)
    {
        foreach (StageAction action in Actions)
        {
            text.Append("stage: ").Append(Words(action));
            if (action.Path.Length > 0) text.Append(" (").Append(action.Path).Append(')');
            text.Append('\n');
        }
        foreach (RlimitPlan limit in LimitsFromOutside)
            text.Append("parent: limit ").Append(limit.Resource).Append(" (").Append(limit.JsonPath).Append(")\n");
    }

    private static string Words(StageAction action) => action.Operation switch
    {
        StageOperation.Hide => "not dumpable, channels close on exec",
        StageOperation.CatchSignals => "signals end it",
        StageOperation.Label => "label of the next execve",
        StageOperation.ChoosePidNamespace => "pid namespace of its children",
        StageOperation.EnterMemoryCgroup => "memory cgroup",
        StageOperation.Schedule => "memory policy and personality",
        StageOperation.Limit => $"limit {action.Limit!.Resource}",
        StageOperation.LiftProcessLimit => "no limit on processes, for the clone",
        StageOperation.EnterNamespaces => $"namespaces of the container:{Kinds(action.Namespaces)}",
        StageOperation.ChangeRoot => "root directory of the container",
        StageOperation.BecomeRoot => "ids of the user namespace's root",
        StageOperation.JoinKeyring => "session keyring of the container",
        StageOperation.BecomeUser => "working directory, groups, umask, bounding set, ids",
        StageOperation.SetCapabilities => $"capabilities{KeptNames(action.Kept)}",
        StageOperation.NoNewPrivileges => "no_new_privs",
        StageOperation.DropPrivileges => $"capabilities{KeptNames(action.Kept)}, ambient set, not dumpable",
        StageOperation.AppearInPidNamespace => "continues in a new process, in the pid namespace",
        StageOperation.TakeTerminal => "controlling terminal",
        StageOperation.UseAllCpus => "all CPUs",
        StageOperation.FindProgram => "find the program",
        StageOperation.ReportReady => "report ready",
        StageOperation.CloseOnExec => "other descriptors close on exec",
        StageOperation.AnnounceListener => "announce the seccomp listener",
        StageOperation.LoadFilter => "load the seccomp filter",
        StageOperation.Wait => "wait for the parent",
        StageOperation.RunHook => "run hook",
        StageOperation.RunFilteredHook => "run hook under the seccomp filter",
        StageOperation.Refuse => "fail, without a program",
        StageOperation.Execute => "execve",
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };

    private static string Kinds(CloneFlags flags)
    {
        var text = new StringBuilder();
        foreach (NamespaceKind kind in NamespaceKind.All)
            if ((flags & kind.Flag) != 0)
                text.Append(' ').Append(kind.Name);
        return text.ToString();
    }

    private static string KeptNames(ulong capabilities)
    {
        var text = new StringBuilder();
        for (int number = 0; number < CapabilitySet.Names.Length; number++)
            if ((capabilities & 1UL << number) != 0)
                text.Append(" and ").Append(CapabilitySet.Names[number]);
        return text.ToString();
    }
}
