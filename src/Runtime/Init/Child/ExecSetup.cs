// SPDX-License-Identifier: Apache-2.0
// The image is built by the parent; the rest runs in its clone, outside of the container but for the cgroups.
using System;
using System.Collections.Generic;
using Runcs.Cgroups;
using Runcs.Credentials;
using Runcs.Diagnostics;
using Runcs.Init.Parent;
using Runcs.Init.Protocol;
using Runcs.Init.Stage;
using Runcs.IntelRdt;
using Runcs.Native;
using Runcs.Plan;
using Runcs.Scheduling;
using Runcs.Seccomp;
using Runcs.Terminal;

namespace Runcs.Init.Child;

/// <summary>
/// From the clone to the exec stage, for a further process of a container. The clone never enters the container: only the
/// exec stage does, so that nothing of the runtime can be looked at or taken hold of there (CVE-2016-9962, CVE-2019-5736).
/// </summary>
internal sealed class ExecSetup : IDisposable
{
    private readonly ExecRequest _request;
    private readonly List<int> _inherited = [];
    private readonly Fd _image;

    // The host's, for the labels of kernels without lsm_set_self_attr(2).
    private readonly Fd? _proc;

    /// <exception cref="SyscallException"/>
    internal ExecSetup(ExecRequest request)
    {
        _request = request;
        if (request.Plan.Labels != null && !LsmAttributes.IsSupported) _proc = Files.Open("/proc", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        _inherited.Add(request.Target.Init.Value);
        if (request.Target.Chroots) _inherited.Add(request.Target.Root.Value);
        if (_proc != null) _inherited.Add(_proc.Value);
        _image = Program().Table.Seal(request.Channels.ReportWrite.Value);
    }

    public void Dispose()
    {
        _image.Dispose();
        _proc?.Dispose();
    }

    /// <summary>Returns only after a failure, which it has reported.</summary>
    /// <param name="parent">The runtime's pid.</param>
    /// <param name="cloned">The clone had CLONE_INTO_CGROUP.</param>
    internal void Run(int parent, bool cloned)
    {
        try
        {
            SetUp(parent, cloned);
        }
#pragma warning disable CA1031 // Whatever goes wrong here, the parent must hear of it, and this copy of the runtime must end.
        catch (Exception e)
#pragma warning restore CA1031
        {
            try
            {
                if (ExecTarget.IsOfStopped(e, _request.Target.Init)) e = ExecTarget.Stopped(e);
                InitMessage.SendError(_request.Channels.ReportWrite, e is RuncsException or SyscallException ? e.Message : $"unexpected: {e}");
            }
            catch (SyscallException)
            {
                // The parent is gone, and so is whoever wanted to know.
            }
        }
    }

    private void SetUp(int parent, bool cloned)
    {
        Processes.TryPrctl(Processes.PR_SET_PDEATHSIG, Processes.SIGKILL);
        if (Processes.GetParentPid() != parent) Processes.Exit(1);
        // Before anything else: whoever ends the container ends what is in its cgroups.
        JoinCgroups(cloned);
        _request.Streams.Take();
        Descriptors.CloseOnExecFrom(3 + _request.PreserveFds);
        Signals.Reset();
        SetOomScore();
        Errno errno = Processes.TrySetsid();
        if (errno.IsError) throw new SyscallException("setsid", "", errno);
        // The terminal of a session leader that ends is hung up: the one that goes on in the pid namespace takes it.
        if (_request.Terminal != null) _request.Terminal.Adopt(controlling: !_request.EntersPids);
        else StandardStreams.Prepare(_request.Target.Root, _request.Target.HostUid);
        Descriptors.SetCloseOnExec(_request.Channels.StartRead.Value, false);
        Descriptors.SetCloseOnExec(_request.Channels.ReportWrite.Value, false);
        for (int i = 0; i < _request.PreserveFds; i++) Descriptors.SetCloseOnExec(3 + i, false);
        foreach (int descriptor in _inherited) Descriptors.SetCloseOnExec(descriptor, false);
        StageImage.Execute(_image);
    }

    // config.md, "Linux Process", execCPUAffinity: initial is in force before the cgroup is joined; without final nothing is
    // changed afterwards. Who says nothing gets all the CPUs of the container, not those of runcs's caller.
    private void JoinCgroups(bool cloned)
    {
        CpuAffinityPlan? affinity = _request.Plan.Scheduling?.ExecAffinity;
        if (affinity == null) Sched.TrySetAffinityToAll(0);
        if (affinity is { Initial: { Length: > 0 } initial }) SetAffinity("process.execCPUAffinity.initial", initial);
        if (_request.JoinsLate && _request.MayFollowInit) JoinWhereInitIs();
        else _request.Cgroup?.JoinSelf(cloned);
        ResctrlGroup.JoinSelf(_request.Resctrl);
        if (affinity is { Final: { Length: > 0 } final }) SetAffinity("process.execCPUAffinity.final", final);
    }

    // The container's own v2 cgroup may take no process.
    private void JoinWhereInitIs()
    {
        try
        {
            _request.Cgroup!.JoinSelf(cloned: false);
        }
        catch (RuncsException) when (!SubCgroups.TryOpenOf(_request.Target.InitPid, out Fd? other).IsError)
        {
            using (other)
            {
                if (ProcessDescriptors.HasEnded(_request.Target.Init) || Files.TryWriteValueAt(other!.Value, "cgroup.procs", "0").IsError) throw;
            }
        }
    }

    private static void SetAffinity(string origin, ulong[] cpus)
    {
        Errno errno = Sched.TrySetAffinity(cpus);
        if (errno.IsError) throw RuncsException.At(origin, "sched_setaffinity", "", errno);
    }

    private void SetOomScore()
    {
        if (_request.Plan.Process.OomScoreAdj is not { } score) return;
        Errno errno = Files.TryWriteValueAt(Files.AT_FDCWD, "/proc/self/oom_score_adj", score.ToString());
        if (errno.IsError) throw RuncsException.At("process.oomScoreAdj", "write", "/proc/self/oom_score_adj", errno);
    }

    private StageProgram Program()
    {
        ExecPlan plan = _request.Plan;
        ProcessPlan process = plan.Process;
        IReadOnlyList<string> env = HomeDirectory.AddTo(process.Env, plan.Credentials.Uid, _request.Target.Root);
        var stage = new StageProgram(_request.Channels.StartRead, _request.Channels.ReportWrite, _request.PreserveFds);
        stage.Close(_inherited);
        if (plan.Labels != null) stage.Label(plan.Labels, _proc);
        if (plan.Scheduling != null) stage.Schedule(plan.Scheduling);
        // With the host's privileges, which it takes to raise one.
        RlimitPlan[] processes = Array.FindAll(process.Rlimits, static limit => limit.Resource == RlimitPlan.Nproc);
        stage.Limit(processes.Length == 0 ? process.Rlimits : Array.FindAll(process.Rlimits, static limit => limit.Resource != RlimitPlan.Nproc));
        if (processes.Length > 0) stage.LiftProcessLimit();
        stage.EnterNamespaces(_request.Target.Init, _request.Target.Namespaces, _request.Target.Chroots ? _request.Target.Root : null);
        if (!_request.NoNewKeyring) stage.JoinKeyring(_request.Id);

        SeccompRows? filter = plan.Seccomp == null ? null : new SeccompRows(plan.Seccomp);
        bool privileged = filter != null && !plan.Credentials.NoNewPrivileges, early = _request.FiltersEarly;
        stage.BecomeUser(plan.Credentials, process.Cwd, early ? filter : null, privileged && !early ? CapabilitySet.Bit("CAP_SYS_ADMIN") : 0);
        if (_request.EntersPids) stage.AppearInPidNamespace(_request.Terminal != null);
        stage.Limit(processes);
        stage.FindProgram(process.Args[0], env);
        bool notifying = filter is { Notifies: true } && !early;
        if (_request.HoldsBack) stage.WaitForStart(notifying ? filter : null);
        else stage.TellReady();
        stage.Execute(process.Args, env, early || notifying ? null : filter);
        return stage;
    }
}
