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
        try
        {
            for (int round = 0; round < Rounds; round++)
            {
                cgroup.Write(State, Frozen);
                for (int look = 0; look < Looks; look++)
                {
                    if (cgroup.Read(State) is not { } state) throw new Errno(Errno.ENOENT).Failure("openat", $"{cgroup.Place.HostPath}/{State}");
                    if (state == Frozen) return true;
                    if (look > LooksWithoutSleep) Clock.Sleep(1);
                }
                Thaw();
            }
            return false;
        }
        catch
        {
            // Whether it has become frozen is unknown.
            cgroup.TryWrite(State, Thawed);
            throw;
        }
    }

    public override void Thaw()
    {
        if (cgroup != null) Thaw(cgroup.Tree, cgroup.Path);
    }

    // A frozen process of v1 does not die of a signal.
    public override void ThawAll()
    {
        if (cgroup == null) return;
        foreach (string directory in cgroup.Tree.WithDescendants(cgroup.Path)) Thaw(cgroup.Tree, directory);
    }

    // A file that cannot be written, on a read-only mount, does no harm if there is nothing to thaw.
    private static void Thaw(CgroupTree tree, string path)
    {
        Errno errno = tree.TryWrite(path, State, Thawed);
        if (errno.IsError && tree.Read(path, State) is not (null or Thawed)) throw errno.Failure("write", $"{path}/{State}");
    }

    public override bool HoldsProcesses() => cgroup?.Read(State) is not (null or Thawed);

    public override bool IsFrozen() => HoldsProcesses() && cgroup!.Read("freezer.self_freezing") != "0";
}
