// SPDX-License-Identifier: Apache-2.0
// For exec: the ways into the cgroup.
using System;
using Runcs.Cgroups.Systemd;
using Runcs.Native;
using Kernel = Runcs.Native.Processes;

namespace Runcs.Cgroups;

public abstract partial class Cgroup
{
    /// <summary>
    /// For <c>exec</c>, before the clone: opens the v2 directory for CLONE_INTO_CGROUP, which spares the RCU grace period
    /// (some milliseconds) of every other way into a v2 cgroup.
    /// </summary>
    /// <param name="directory">Closed with this object; -1 if there is no v2 hierarchy.</param>
    public Errno TryOpenForClone(out int directory)
    {
        CgroupDirectory? unified = Directories.Find(CgroupHierarchy.Unified);
        Errno errno = unified?.TryOpen() ?? Errno.None;
        directory = unified?.Descriptor ?? -1;
        return errno;
    }

    /// <summary>For <c>exec</c>, in the child, which must have one thread: joins the cgroups that the clone has not joined.</summary>
    /// <param name="cloned">The child was cloned with CLONE_INTO_CGROUP.</param>
    /// <param name="leader">Its cgroup is joined where the container's own takes no process; null for none.</param>
    /// <exception cref="RuncsException"/>
    public void JoinSelf(bool cloned, CgroupLeader? leader)
    {
        foreach (CgroupDirectory directory in Directories.All)
        {
            if (directory.Place.IsUnified && (cloned || TryJoinUnit(directory, leader))) continue;
            if (leader == null) directory.EnterSelf();
            else leader.EnterSelf(directory);
        }
    }

    /// <summary>
    /// The caller may not clone into the cgroup, or move a process to it, but systemd, which has made it, can: a user logs in to
    /// a cgroup of root's (cgroups(7), "Cgroup delegation containment rules").
    /// </summary>
    public bool IsJoinedBySystemd(Errno errno) => errno.Value == Errno.EACCES && Unit.Length > 0;

    private bool TryJoinUnit(CgroupDirectory directory, CgroupLeader? leader)
    {
        if (Unit.Length == 0) return false;
        Errno errno = directory.TryEnterSelf();
        if (!errno.IsError) return true;
        if (!IsJoinedBySystemd(errno)) return false;
        string path = directory.Place.Path, unit = path[..(path.IndexOf("/" + Unit, StringComparison.Ordinal) + Unit.Length + 1)];
        try
        {
            Units.Attach(Unit, path[unit.Length..], Kernel.GetPid());
        }
        catch (RuncsException) when (leader != null && !leader.TryFind(directory.Place, out path).IsError && path.StartsWith(unit + "/", StringComparison.Ordinal))
        {
            Units.Attach(Unit, path[unit.Length..], Kernel.GetPid());
        }
        return true;
    }

    /// <summary>The error of a clone into the cgroup (CLONE_INTO_CGROUP).</summary>
    public RuncsException CloneFailed(Errno errno) => Unified is { } place ? Delegation.CloneFailed(errno, place) : errno.Failure("clone3", "");
}
