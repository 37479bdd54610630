// SPDX-License-Identifier: Apache-2.0
using Runcs.Containers.Storage;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Containers;

/// <summary>A container as it is now: what its record says, held against the processes that there are.</summary>
internal static class Container
{
    /// <summary>In runc's words, which engines read.</summary>
    public const string DoesNotExist = "container does not exist", NotRunning = "container not running", NotPaused = "container not paused";

    /// <summary>The container's record, read without its lock.</summary>
    /// <exception cref="RuncsException">There is none.</exception>
    public static ContainerRecord Load(string root, string id) =>
        StateDirectory.PeekRecord(root, id) ?? throw new RuncsException(DoesNotExist);

    /// <summary>One of <see cref="ContainerStatus"/>.</summary>
    public static string Status(string root, ContainerRecord record)
    {
        // No process yet: create is at work, or was killed at it.
        if (record.Init.Pid == 0) return StateDirectory.IsBusy(root, record.Id) ? ContainerStatus.Creating : ContainerStatus.Stopped;
        if (!record.Init.Exists()) return ContainerStatus.Stopped;
        switch (StateDirectory.StageWaits(root, record.Id))
        {
            case true: return IsPausedBeforeStart(record) ? ContainerStatus.Paused : ContainerStatus.Created;
            case null when StateDirectory.IsBusy(root, record.Id): return ContainerStatus.Creating;
        }
        return ContainerCgroup.IsFrozen(record) ? ContainerStatus.Paused : ContainerStatus.Running;
    }

    /// <summary>It was created and then paused. Of others nothing is looked at.</summary>
    public static bool IsPausedBeforeStart(ContainerRecord record) => record.PausedBeforeStart && ContainerCgroup.IsFrozen(record);

    /// <summary>What <c>state</c> prints and hooks get, with the status given.</summary>
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
        const int Patience = 10_000;
        ProcessDescriptors.TrySignal(init.Value, Processes.SIGKILL);
        ContainerCgroup.Thaw(record);
        if (!ProcessDescriptors.WaitEnd(init, Patience))
            throw new RuncsException($"container init still running: process {record.Init.Pid} does not end on SIGKILL");
    }
}
