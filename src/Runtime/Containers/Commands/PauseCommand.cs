// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Containers.Storage;
using Runcs.Native;

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
        using StateDirectory directory = StateDirectory.Open(root, id) ?? throw new RuncsException(Container.DoesNotExist);
        ContainerRecord record = directory.ReadRecord() ?? throw new RuncsException(Container.DoesNotExist);
        if (!record.Init.Exists()) throw new RuncsException(Container.NotRunning);
        // runc's message.
        using Cgroup cgroup = ContainerCgroup.Open(record) ?? throw new RuncsException($"cannot toggle freezer: cgroups not configured for container: {ContainerCgroup.WhyNone(record)}");
        if (cgroup.IsFrozen()) throw new RuncsException(Container.NotRunning);
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
