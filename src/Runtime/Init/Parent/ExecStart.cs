// SPDX-License-Identifier: Apache-2.0
// Run by the parent, in the host's namespaces.
using System;
using System.Collections.Generic;
using Runcs.Cgroups;
using Runcs.Init.Child;
using Runcs.Init.Stage;
using Runcs.IntelRdt;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.Plan;
using Runcs.Scheduling;
using Runcs.Terminal;

namespace Runcs.Init.Parent;

/// <summary>
/// The start of a further process of a container. It enters the container only in the exec stage, so that no process in the container
/// can read or attach to the runtime (CVE-2016-9962, CVE-2019-5736).
/// </summary>
public sealed class ExecStart : IDisposable
{
    private const int FirstFree = 3;

    private readonly ExecRequest _request;
    private readonly string[] _groups;
    private readonly StageStart _start;

    // The host's /proc, for the labels of kernels without lsm_set_self_attr(2), and the container's null device.
    private readonly Fd? _proc;
    private Fd? _device;

    /// <param name="request">Its channels are those of the process.</param>
    /// <param name="interrupts">End the wait for a process that may be frozen.</param>
    /// <exception cref="RuncsException"/>
    public ExecStart(ExecRequest request, Fd? interrupts)
    {
        _request = request;
        if (request.Plan.Labels != null && !LsmAttributes.IsSupported) _proc = Files.Open("/proc", OpenFlags.O_PATH | OpenFlags.O_DIRECTORY);
        _groups = ResctrlGroup.Entries(request.Resctrl);
        StageInputs inputs = Inputs();
        CpuAffinityPlan? affinity = request.Plan.Scheduling?.ExecAffinity;
        _start = new StageStart
        {
            Image = StageProgram.Seal(inputs),
            // config.md, "Linux Process", execCPUAffinity: initial applies before the cgroup is joined; without final nothing changes
            // afterwards. Without either, the process gets all CPUs of the container, not those of runcs's caller.
            InitialAffinity = affinity?.Initial ?? [],
            FinalAffinity = affinity?.Final ?? [],
            Tree = request.Cgroup?.Tree.Value ?? -1,
            First = FirstFree + request.PreserveFds,
            Kept = Kept(inputs),
            OomScore = request.Plan.Process.OomScoreAdj?.ToString() ?? "",
            Interrupts = request.MayFreeze ? interrupts : null,
        };
    }

    /// <summary>systemd is to move the process, which waits for it, into the cgroup.</summary>
    internal bool WaitsForSystemd { get; private set; }

    public void Dispose()
    {
        _start.Image.Dispose();
        _proc?.Dispose();
        _device?.Dispose();
    }

    /// <exception cref="RuncsException"/>
    internal void Run(out int pid, out Fd pidfd)
    {
        TakeStreams();
        Cgroup? cgroup = _request.Cgroup;
        CgroupPlace? unified = _request.JoinsLate ? null : cgroup?.Unified;
        int directory = -1;
        Fd? ofLeader = null;
        try
        {
            Errno errno = unified == null ? Errno.None : cgroup!.TryOpenForClone(out directory);
            bool opened = !errno.IsError, cloned = false;
            UseEntries(directory >= 0 || !opened);
            while (true)
            {
                if (opened)
                {
                    errno = _start.TryStart(directory, out cloned, out pid, out Fd? made);
                    pidfd = made!;
                    if (!errno.IsError) return;
                }
                if (cloned) Recover(errno);
                else if (directory >= 0 && (StageStart.LacksClone3(errno) || cgroup!.IsJoinedBySystemd(errno)))
                {
                    directory = -1;
                    UseEntries(cloned: false);
                }
                else if (unified != null && ofLeader == null && _request.Leader is { } leader && CgroupLeader.IsClosed(errno) && !leader.TryOpen(unified, out ofLeader).IsError)
                    (directory, opened) = (ofLeader!.Value, true);
                else throw CloneFailed(opened ? errno.Failure("clone3", "") : errno.Failure("openat", unified!.HostPath), directory < 0 ? null : cgroup!.CloneFailed(errno));
            }
        }
        finally
        {
            ofLeader?.Dispose();
        }
    }

    private void TakeStreams()
    {
        int[] streams = _start.Streams = _request.Streams.ToArray();
        if (_request.Terminal is { } terminal) Array.Fill(streams, terminal.Slave.Value);
        else _device = StandardStreams.Prepare(streams, _request.Target.Root, _request.Target.HostUid);
    }

    /// <param name="cloned">The v2 hierarchy is joined by the clone.</param>
    private void UseEntries(bool cloned)
    {
        _start.Join = _request.Cgroup?.Entries(cloned, _groups) ?? _groups;
        _start.Required = _start.Join.Length - _groups.Length;
    }

    private static RuncsException CloneFailed(RuncsException failure, RuncsException? better)
    {
        failure = better ?? failure;
        return new RuncsException($"error adding the process to the container's cgroups: {failure.Message}", failure);
    }

    // After a failure of the child: another way into a cgroup.
    private void Recover(Errno errno)
    {
        int index = _start.FailedIndex;
        switch (_start.Failed)
        {
            case StartStep.Join when index < _start.Required:
                string other = _start.Join[index] = _request.Cgroup!.OtherEntry(index, _start.Join[index], errno, _request.Leader);
                WaitsForSystemd |= other.Length == 0;
                break;
            case StartStep.Join:
                throw ResctrlGroup.EntryFailed(_start.Join[index], errno);
            case StartStep.Affinity:
                throw errno.Failure("process.execCPUAffinity.initial", "sched_setaffinity", "");
            case StartStep.FinalAffinity:
                throw errno.Failure("process.execCPUAffinity.final", "sched_setaffinity", "");
            case StartStep.OomScore:
                throw errno.Failure("process.oomScoreAdj", "write", "/proc/self/oom_score_adj");
            case StartStep.Descriptors:
                throw errno.Failure("fcntl", $"descriptor {index}");
            case StartStep.Interrupted:
                throw StagedProcess.Interrupted();
            default:
                throw errno.Failure("execveat", "exec stage");
        }
    }

    private int[] Kept(StageInputs inputs)
    {
        List<int> kept = inputs.Inherited();
        for (int i = 0; i < _request.PreserveFds; i++) kept.Add(FirstFree + i);
        kept.Add(inputs.Start.Value);
        kept.Add(inputs.Report.Value);
        return [.. kept];
    }

    private StageInputs Inputs()
    {
        (ExecPlan plan, ExecTarget target) = (_request.Plan, _request.Target);
        return new StageInputs(_request.Stage, plan.Process, plan.Credentials, HomeDirectory.AddTo(plan.Process.Env, plan.Credentials.Uid, target.Root))
        {
            Start = _request.Channels.StartRead,
            Report = _request.Channels.ReportWrite,
            Preserved = _request.PreserveFds,
            Labels = plan.Labels,
            Scheduling = plan.Scheduling,
            Seccomp = plan.Seccomp,
            Init = target.Init,
            Root = target.Chroots ? target.Root : null,
            Proc = _proc,
            Id = _request.Id,
        };
    }
}
