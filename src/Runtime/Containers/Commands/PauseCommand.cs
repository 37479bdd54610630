// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Containers.Storage;
using Runcs.Native;
using Runcs.OciSpec;

namespace Runcs.Containers.Commands;

/// <summary><c>pause</c>: freezes all processes of the container.</summary>
public static class PauseCommand
{
    /// <exception cref="RuncsException">
    /// It is neither created nor running (runc's message, also if it is paused already), or it could not be frozen and
    /// still runs.
    /// </exception>
    public static void Run(string root, string id)
    {
        using StateDirectory directory = StateDirectory.Open(root, id) ?? throw ContainerErrors.DoesNotExist(root, id);
        ContainerRecord record = directory.ReadRecord() ?? throw ContainerErrors.DoesNotExist(root, id);
        if (!record.Init.Exists()) throw ContainerErrors.NotRunning(id, ContainerStatus.Stopped);
        // runc's message.
        using Cgroup cgroup = ContainerCgroup.Open(record) ?? throw new RuncsException($"cannot toggle freezer: cgroups not configured for container: {ContainerCgroup.WhyNone(record)}");
        if (cgroup.IsFrozen()) throw ContainerErrors.NotRunning(id, ContainerStatus.Paused);
        NoteIfCreated(directory, record);
        cgroup.Freeze();
    }

    // A frozen stage still has the start channel open. The record notes this, so that state and start need not read the
    // cgroup of every created container.
    private static void NoteIfCreated(StateDirectory directory, ContainerRecord record)
    {
        if (record.PausedBeforeStart) return;
        using (Fd? start = directory.OpenStart())
            if (start == null) return;
        record.PausedBeforeStart = true;
        directory.WriteRecord(record);
    }
}
