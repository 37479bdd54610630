// SPDX-License-Identifier: Apache-2.0
// The parent builds the image; the rest runs in its clone, outside of the container except for the cgroups.
using System;
using Runcs.Cgroups;
using Runcs.Init.Parent;
using Runcs.Init.Protocol;
using Runcs.Init.Stage;
using Runcs.IntelRdt;
using Runcs.Native;
using Runcs.Plan;
using Runcs.Scheduling;
using Runcs.Terminal;

namespace Runcs.Init.Child;

/// <summary>
/// From the clone to the exec stage, for a further process of a container. The clone never enters the container: only the
/// exec stage does, so that no process in the container can read or attach to the runtime (CVE-2016-9962, CVE-2019-5736).
/// </summary>
internal sealed class ExecSetup : IDisposable
{
    private readonly ExecRequest _request;
    private readonly StageInputs _inputs;
    private readonly Fd _image;

    // The host's /proc, for the labels of kernels without lsm_set_self_attr(2).
    private readonly Fd? _proc;

    /// <exception cref="RuncsException"/>
    internal ExecSetup(ExecRequest request)
    {
        _request = request;
        if (request.Plan.Labels != null && !LsmAttributes.IsSupported) _proc = Files.Open("/proc", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        _inputs = Inputs(request, _proc);
        _image = StageProgram.Seal(_inputs);
    }

    public void Dispose()
    {
        _image.Dispose();
        _proc?.Dispose();
    }

    /// <summary>Returns only after a failure, which it has reported.</summary>
    /// <param name="parent">The runtime's pid.</param>
    /// <param name="cloned">The clone had CLONE_INTO_CGROUP.</param>
    internal void Run(int parent, bool cloned) =>
        ChildSetup.Run(() => SetUp(parent, cloned), _request.Channels.ReportWrite, failure => ExecTarget.IsOfStopped(failure, _request.Target.Init) ? ExecTarget.Stopped(failure) : failure);

    private void SetUp(int parent, bool cloned)
    {
        Processes.TryPrctl(Processes.PR_SET_PDEATHSIG, Processes.SIGKILL);
        if (Processes.GetParentPid() != parent) Processes.Exit(1);
        // First of all: ending the container kills the processes in its cgroups, and must include this one.
        JoinCgroups(cloned);
        _request.Streams.Take();
        Descriptors.CloseOnExecFrom(3 + _request.PreserveFds);
        Signals.Reset();
        ChildSetup.SetOomScore(_request.Plan.Process.OomScoreAdj);
        Errno errno = Processes.TrySetsid();
        errno.OrThrow("setsid", "");
        // When a session leader ends, its terminal hangs up, so the process that continues in the pid namespace takes it.
        if (_request.Terminal != null) _request.Terminal.Adopt(controlling: !_request.Stage.Has(StageOperation.TakeTerminal));
        else StandardStreams.Prepare(_request.Target.Root, _request.Target.HostUid);
        WaitingProcess.ApplyToSelf(_request.Plan.Scheduling);
        StageImage.Execute(_image, _inputs);
    }

    // config.md, "Linux Process", execCPUAffinity: initial applies before the cgroup is joined; without final nothing
    // changes afterwards. Without either, the process gets all CPUs of the container, not those of runcs's caller.
    private void JoinCgroups(bool cloned)
    {
        CpuAffinityPlan? affinity = _request.Plan.Scheduling?.ExecAffinity;
        if (affinity == null) Sched.TrySetAffinityToAll(0);
        if (affinity is { Initial: { Length: > 0 } initial }) SetAffinity("process.execCPUAffinity.initial", initial);
        _request.Cgroup?.JoinSelf(cloned, _request.Leader);
        ResctrlGroup.JoinSelf(_request.Resctrl);
        if (affinity is { Final: { Length: > 0 } final }) SetAffinity("process.execCPUAffinity.final", final);
    }

    private static void SetAffinity(string jsonPath, ulong[] cpus)
    {
        Errno errno = Sched.TrySetAffinity(cpus);
        errno.OrThrow(jsonPath, "sched_setaffinity", "");
    }

    private static StageInputs Inputs(ExecRequest request, Fd? proc)
    {
        (ExecPlan plan, ExecTarget target) = (request.Plan, request.Target);
        return new StageInputs(request.Stage, plan.Process, plan.Credentials, HomeDirectory.AddTo(plan.Process.Env, plan.Credentials.Uid, target.Root))
        {
            Start = request.Channels.StartRead,
            Report = request.Channels.ReportWrite,
            Preserved = request.PreserveFds,
            Labels = plan.Labels,
            Scheduling = plan.Scheduling,
            Seccomp = plan.Seccomp,
            Init = target.Init,
            Root = target.Chroots ? target.Root : null,
            Proc = proc,
            Id = request.Id,
        };
    }
}
