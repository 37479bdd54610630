// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces.
using System;
using System.Text;
using Runcs.Init.Protocol;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.Plan;
using Runcs.Scheduling;
using Runcs.Values;

namespace Runcs.Init.Parent;

/// <summary>The parent's view of a further process of a container, from the clone until its program runs.</summary>
public sealed class ExecProcess : StagedProcess
{
    // Milliseconds.
    private const int Patience = 1000;

    private readonly ExecRequest _request;

    private bool _released;

    private ExecProcess(ExecRequest request, Fd? interrupts, int pid, Fd pidfd)
        : base(request.Channels, interrupts, pid, pidfd, request.Stage.Moves, request.Plan.Seccomp?.Listener != null) => _request = request;

    private protected override bool FiltersEarly => _request.Stage.FiltersEarly;

    private protected override bool GoesOn => _released || !_request.Stage.Waits;

    private protected override string Name => "the process";

    /// <summary>Starts the process, which is in the container's cgroups and in the exec stage when this returns.</summary>
    /// <param name="start">Of the request; disposed.</param>
    /// <param name="interrupts">A signalfd whose signals end a wait; null for none.</param>
    /// <exception cref="RuncsException"/>
    public static ExecProcess Start(ExecRequest request, ExecStart start, Fd? interrupts)
    {
        using ExecStart own = start;
        ExecProcess? process = null;
        try
        {
            start.Run(out int pid, out Fd pidfd);
            process = new ExecProcess(request, interrupts, pid, pidfd);
            request.Channels.CloseChildEnds();
            if (start.WaitsForSystemd) request.Cgroup!.JoinBySystemd(pid, request.Leader);
            WaitingProcess.ApplyEarly(request.Plan.Scheduling, pid);
            if (request.Stage.WaitsEarly) process.Send();
            return process;
        }
        catch (Exception e)
        {
            process?.Abandon();
            process?.Dispose();
            if (ExecTarget.IsOfStopped(e, request.Target.Init)) throw ExecTarget.Stopped(e);
            throw;
        }
    }

    /// <summary>Lets it execute the program, if it waits for the parent.</summary>
    /// <exception cref="RuncsException"/>
    public void Release()
    {
        if (!_request.Stage.Waits) return;
        Send();
        _released = true;
    }

    /// <summary>Kills the process, and a process that has replaced it without our receiving the message.</summary>
    public void Abandon()
    {
        End(Pid, Pidfd);
        if (!Moves || !TryFindForeignPidNamespace(out FileStatus container)) return;
        // Empty on a kernel without CONFIG_PROC_CHILDREN: there only the parent-death signal ends the other process, when
        // we end.
        if (Files.TryOpenAt(Files.AT_FDCWD, "/proc/thread-self/children", OpenFlags.O_RDONLY, 0, out Fd? file).IsError) return;
        byte[] children;
        using (file) children = Files.ReadToEnd(file!.Value, "children");
        foreach (string number in Encoding.ASCII.GetString(children).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            // No other code waits for our children, so the pid is still the child's.
            if (!int.TryParse(number, out int pid) || ProcessDescriptors.TryOpen(pid, out Fd? pidfd).IsError) continue;
            using (pidfd)
            {
                // A shell that has exec'd us (`exec runcs`) may have left us its own children: they are not in the
                // container.
                if (!FileStatus.TryAt(Files.AT_FDCWD, PidNamespaceOf(number), 0, out FileStatus its).IsError && its.IsSameFileAs(container)) End(pid, pidfd!);
            }
        }
    }

    // The container's pid namespace, if it is not our own. If its init has ended, the kernel has killed all processes in
    // it.
    private bool TryFindForeignPidNamespace(out FileStatus container) =>
        !FileStatus.TryAt(Files.AT_FDCWD, PidNamespaceOf(_request.Target.InitPid.ToString()), 0, out container).IsError
        && !FileStatus.TryAt(Files.AT_FDCWD, PidNamespaceOf("self"), 0, out FileStatus ours).IsError
        && !ours.IsSameFileAs(container) && !ProcessDescriptors.HasEnded(_request.Target.Init);

    private static string PidNamespaceOf(string process) => string.Concat("/proc/", process, "/ns/pid");

    private static void End(int pid, Fd pidfd)
    {
        // A frozen process dies only when it is thawed (cgroup v1), so it is not waited for.
        ProcessDescriptors.TrySignal(pidfd.Value, Processes.SIGKILL);
        if (ProcessDescriptors.WaitEnd(pidfd, Patience)) Processes.TryWait(pid, WaitOptions.WNOHANG | WaitOptions.__WALL, out _, out _);
    }

    private protected override bool Understands(uint kind, bool appeared, out InitEvent? happened)
    {
        happened = null;
        return false;
    }

    private protected override string Describe(StageReport report)
    {
        // Its init has ended since the check, or is exiting: a pid namespace whose init exits accepts no process (ENOMEM,
        // clone(2)).
        if (report is { Step: (uint)StageStep.Setns, Errno.Value: Errno.ESRCH }
            || (report is { Step: (uint)StageStep.Clone, Errno.Value: Errno.ENOMEM } && ProcessDescriptors.WaitEnd(_request.Target.Init, Patience))) return ExecTarget.Stopped().Message;
        ProcessPlan process = _request.Plan.Process;
        return StageFailure.Describe(report, process, _request.Plan.Labels, []) + ProgramRemedy.Explain(report, _request.Target.Root, process.Program, process.Cwd, process.Env, []);
    }
}
