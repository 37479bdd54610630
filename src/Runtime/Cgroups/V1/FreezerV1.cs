// SPDX-License-Identifier: Apache-2.0
// Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst
using Runcs.Native;

namespace Runcs.Cgroups.V1;

/// <summary>The freezer controller of cgroup v1.</summary>
/// <param name="cgroup">The container's directory; null if the host has no freezer.</param>
internal sealed class FreezerV1(CgroupDirectory? cgroup) : Freezer
{
    private const string State = "freezer.state", Frozen = "FROZEN", Thawed = "THAWED";

    public override bool IsSupported => cgroup != null;

    public override bool TryFreeze()
    {
        // Two seconds in all. A process that stays in the kernel (vfork, a slow disk) holds the state at FREEZING; one that
        // waits there for a process that is already frozen never leaves it, so all are thawed for a moment between rounds.
        const int Rounds = 20, Looks = 100, LooksWithoutSleep = 10;
        if (cgroup == null) return false;
        for (int round = 0; round < Rounds; round++)
        {
            if (cgroup.TryWrite(State, Frozen).IsError) return false;
            for (int look = 0; look < Looks; look++)
            {
                if (cgroup.TryRead(State, out string state).IsError) return false;
                if (state == Frozen) return true;
                if (look > LooksWithoutSleep) Clock.Sleep(1);
            }
            Thaw();
        }
        return false;
    }

    public override void Thaw() => cgroup?.TryWrite(State, Thawed);

    // A frozen process of v1 does not die of a signal.
    public override void ThawAll()
    {
        if (cgroup == null) return;
        foreach (string directory in cgroup.Tree.WithDescendants(cgroup.Path)) cgroup.Tree.TryWrite(directory, State, Thawed);
    }

    public override bool HoldsProcesses() => cgroup != null && !cgroup.TryRead(State, out string state).IsError && state != Thawed;

    public override bool IsFrozen() => HoldsProcesses() && (cgroup!.TryRead("freezer.self_freezing", out string self).IsError || self != "0");
}
