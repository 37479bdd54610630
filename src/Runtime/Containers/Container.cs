// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Containers.Storage;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Containers;

/// <summary>The current state of a container: its record, compared with the existing processes.</summary>
internal static class Container
{
    /// <summary>The container's record, read without its lock.</summary>
    /// <exception cref="RuncsException">There is none.</exception>
    public static ContainerRecord Load(string root, string id) =>
        StateDirectory.PeekRecord(root, id) ?? throw ContainerErrors.DoesNotExist(root, id);

    /// <summary>One of <see cref="ContainerStatus"/>.</summary>
    public static string Status(string root, ContainerRecord record)
    {
        // No process yet: create is in progress, or was killed.
        if (record.Init.Pid == 0) return StateDirectory.IsBusy(root, record.Id) ? ContainerStatus.Creating : ContainerStatus.Stopped;
        if (!record.Init.Exists()) return ContainerStatus.Stopped;
        switch (StateDirectory.StageWaits(root, record.Id))
        {
            case true: return IsPausedBeforeStart(record) ? ContainerStatus.Paused : ContainerStatus.Created;
            case null when StateDirectory.IsBusy(root, record.Id): return ContainerStatus.Creating;
        }
        return ContainerCgroup.IsFrozen(record) ? ContainerStatus.Paused : ContainerStatus.Running;
    }

    /// <summary>It was created and then paused. For other containers nothing is read.</summary>
    public static bool IsPausedBeforeStart(ContainerRecord record) => record.PausedBeforeStart && ContainerCgroup.IsFrozen(record);

    /// <summary>The document of <c>state</c> and of hooks, with the given status.</summary>
    public static ContainerState Describe(ContainerRecord record, string status, string owner = "")
    {
        var state = new ContainerState
        {
            OciVersion = record.OciVersion,
            Id = record.Id,
            Pid = status == ContainerStatus.Stopped ? 0 : record.Init.Pid,
            Status = status,
            Bundle = record.Bundle,
            Rootfs = record.Rootfs,
            Created = record.Created,
            Owner = owner,
        };
        if (record.Annotations != null) state.Annotations = record.Annotations;
        return state;
    }

    /// <summary>Kills the process and waits until it is gone.</summary>
    /// <param name="init">A pidfd.</param>
    /// <exception cref="RuncsException"/>
    public static void KillAndWait(ContainerRecord record, Fd init)
    {
        const int Moment = 200, Patience = 10_000;
        Errno errno = ProcessDescriptors.TrySignal(init.Value, Processes.SIGKILL);
        if (errno.Value != Errno.ESRCH) errno.OrThrow("pidfd_send_signal", $"pid {record.Init.Pid}");
        using Cgroup? cgroup = ContainerCgroup.Open(record);
        cgroup?.ThawForKill();
        if (ProcessDescriptors.WaitEnd(init, Moment)) return;
        cgroup?.CheckNotFrozen(record.Init.Pid);
        if (!ProcessDescriptors.WaitEnd(init, Patience))
            throw new RuncsException($"container init still running: process {record.Init.Pid} does not end on SIGKILL");
    }
}
