// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Containers.Storage;
using Runcs.Native;

namespace Runcs.Containers.Commands;

/// <summary><c>pause</c>: all processes of the container stop.</summary>
public static class PauseCommand
{
    /// <exception cref="RuncsException">It is neither created nor running, in runc's words also if it is paused already; or it cannot be stopped, and runs on.</exception>
    public static void Run(string root, string id)
    {
        using StateDirectory directory = StateDirectory.Open(root, id) ?? throw new RuncsException(Container.DoesNotExist);
        ContainerRecord record = directory.ReadRecord() ?? throw new RuncsException(Container.DoesNotExist);
        if (!record.Init.Exists()) throw new RuncsException(Container.NotRunning);
        // runc's words.
        using Cgroup cgroup = ContainerCgroup.Open(record) ?? throw new RuncsException("cannot toggle freezer: cgroups not configured for container");
        if (cgroup.IsFrozen()) throw new RuncsException(Container.NotRunning);
        NoteIfCreated(directory, record);
        cgroup.Freeze();
    }

    // A frozen stage still has the start channel open: so that state and start need not look at the cgroup of every created
    // container, the record says when there is something to see.
    private static void NoteIfCreated(StateDirectory directory, ContainerRecord record)
    {
        if (record.PausedBeforeStart) return;
        using (Fd? start = directory.OpenStart())
            if (start == null) return;
        record.PausedBeforeStart = true;
        directory.WriteRecord(record);
    }
}
