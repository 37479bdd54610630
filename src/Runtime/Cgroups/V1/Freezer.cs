// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst
using Runcs.Native;

namespace Runcs.Cgroups.V1;

/// <summary>The freezer controller of one container.</summary>
/// <param name="tree">The host's cgroups.</param>
/// <param name="path">The container's cgroup; null if the host has no freezer.</param>
internal sealed class Freezer(CgroupTree tree, string? path)
{
    private const string State = "freezer.state", Frozen = "FROZEN", Thawed = "THAWED";

    /// <summary>False if that was not possible; then all run.</summary>
    public bool TryFreeze()
    {
        // Some two seconds. A process that is in the kernel for long (vfork, a slow disk) holds the state at FREEZING; one that
        // waits for another, already frozen one never gets out, so now and then all are let go on for a moment.
        const int Rounds = 20, Looks = 100;
        if (path == null) return false;
        for (int round = 0; round < Rounds; round++)
        {
            if (tree.TryWrite(path, State, Frozen).IsError) return false;
            for (int look = 0; look < Looks; look++)
            {
                if (tree.TryRead(path, State, out string state).IsError) return false;
                if (state == Frozen) return true;
                if (look > 10) Descriptors.TryPoll([], 1, out _);
            }
            Thaw();
        }
        return false;
    }

    public void Thaw()
    {
        if (path != null) tree.TryWrite(path, State, Thawed);
    }

    /// <summary>With all below: a frozen process does not die of a signal.</summary>
    public void ThawAll()
    {
        if (path == null) return;
        foreach (string directory in tree.WithDescendants(path)) tree.TryWrite(directory, State, Thawed);
    }

    /// <summary>Frozen or about to be, by itself or by one above it.</summary>
    public bool HoldsProcesses() => path != null && !tree.TryRead(path, State, out string state).IsError && state != Thawed;

    /// <summary>The same, but by itself.</summary>
    public bool IsFrozen() => HoldsProcesses() && (tree.TryRead(path!, "freezer.self_freezing", out string self).IsError || self != "0");
}
