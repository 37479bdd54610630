// SPDX-License-Identifier: Apache-2.0
using System;
using System.Runtime.InteropServices;
using Runcs.Native;
using Runcs.OciSpec;
using Runcs.Plan;

namespace Runcs.Init.Protocol;

/// <summary>The hooks between the clone and the program, and the state that they receive.</summary>
public static class InitHooks
{
    private const string Name = "runcs-state";

    /// <summary>Whether there are hooks that init must wait for between its mounts and pivot_root.</summary>
    public static bool Any(OciSpec.Hooks hooks) => hooks.Prestart.Length + hooks.CreateRuntime.Length + hooks.CreateContainer.Length > 0;

    /// <summary>
    /// Init's pid in the container. Before a joined pid namespace is entered it has none there: another process will be
    /// the container's first, and the "creating" state has no pid.
    /// </summary>
    internal static int OwnPid(ContainerPlan plan) => plan.Namespaces.IsJoined(CloneFlags.CLONE_NEWPID) ? 0 : Processes.GetPid();

    /// <summary>
    /// An empty file for the startContainer hooks' state, if the parent must fill it: the pid in a joined pid namespace
    /// is known only after the exec stage has entered it. Otherwise null.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public static Fd? OpenLateInput(ContainerPlan plan) =>
        plan.Hooks.StartContainer.Length == 0 || !plan.Namespaces.IsJoined(CloneFlags.CLONE_NEWPID) ? null : Descriptors.MakeMemfd(Name);

    /// <summary>Fills the file of <see cref="OpenLateInput"/> before the hooks can start.</summary>
    /// <param name="pid">The pid, on the host, of the process that continues in the pid namespace.</param>
    /// <exception cref="RuncsException"/>
    public static void FillLateInput(Fd? input, ContainerPlan plan, int pid)
    {
        if (input != null) Descriptors.FillMemfd(input, Name, plan.State.With(ContainerStatus.Created, InnermostPid(pid)).WriteCompact());
    }

    /// <summary>A readable file with the state for the startContainer hooks; null without any.</summary>
    /// <exception cref="RuncsException"/>
    internal static Fd? OpenInput(ContainerPlan plan) => plan.Hooks.StartContainer.Length == 0 ? null
        : Descriptors.MakeMemfd(Name, plan.State.With(ContainerStatus.Created, OwnPid(plan)).WriteCompact());

    // proc_pid_status(5): NSpid has the pid in each of the nested namespaces, the innermost last.
    private static int InnermostPid(int pid)
    {
        const string Field = "\nNSpid:";
        string status = Files.ReadTextAt(Files.AT_FDCWD, $"/proc/{pid}/status");
        int start = status.IndexOf(Field, StringComparison.Ordinal);
        int end = start < 0 ? -1 : status.IndexOf('\n', start + 1);
        if (end < 0) return 0;
        int last = status.LastIndexOfAny(['\t', ' ', ':'], end - 1);
        return int.TryParse(status.AsSpan(last + 1, end - last - 1), out int inner) ? inner : 0;
    }
}
