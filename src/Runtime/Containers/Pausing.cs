// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;
using Runcs.Diagnostics;
using Runcs.Native;

namespace Runcs.Containers;

/// <summary><c>pause</c> and <c>resume</c>: all processes of the container stop, and go on.</summary>
public static class Pausing
{
    /// <exception cref="RuncsException">It is neither created nor running, in runc's words also if it is paused already; or it cannot be stopped, and runs on.</exception>
    public static void Pause(string root, string id)
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

    /// <exception cref="RuncsException">It is not paused.</exception>
    public static void Resume(string root, string id)
    {
        using StateDirectory directory = StateDirectory.Open(root, id) ?? throw new RuncsException(Container.DoesNotExist);
        ContainerRecord record = directory.ReadRecord() ?? throw new RuncsException(Container.DoesNotExist);
        using Cgroup? cgroup = record.Init.Exists() ? ContainerCgroup.Open(record) : null;
        if (cgroup == null || !cgroup.IsFrozen()) throw new RuncsException(Container.NotPaused);
        cgroup.Thaw();
        if (cgroup.IsFrozen()) throw new RuncsException("unable to thaw the container's cgroup");
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
