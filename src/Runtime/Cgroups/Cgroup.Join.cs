// SPDX-License-Identifier: Apache-2.0
// For exec: the ways into the cgroup.
using System;
using System.Collections.Generic;
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

    /// <summary>/sys/fs/cgroup.</summary>
    public Fd Tree => Directories.Tree.Root;

    /// <summary>
    /// For <c>exec</c>: the files by which a child that has one thread joins the cgroups. It writes a 0 to each, since any other pid
    /// costs an RCU grace period (<see cref="CgroupDirectory.TryEnterSelf"/>).
    /// </summary>
    /// <param name="cloned">The v2 hierarchy is joined by the clone.</param>
    /// <param name="more">Follow those of the cgroups.</param>
    /// <returns>Relative to <see cref="Tree"/>, or absolute; "" for none.</returns>
    public string[] Entries(bool cloned, string[] more)
    {
        CgroupDirectory[] all = Directories.All;
        var files = new string[all.Length + more.Length];
        for (int i = 0; i < all.Length; i++) files[i] = cloned && all[i].Place.IsUnified ? "" : $"{all[i].Path}/{all[i].FileOfSelf}";
        more.CopyTo(files, all.Length);
        return files;
    }

    /// <summary>Where a process joins that cannot join by one of the <see cref="Entries"/>.</summary>
    /// <param name="file">The file that failed.</param>
    /// <param name="leader">Its cgroup is joined where the container's own takes no process; null for none.</param>
    /// <returns>"" if systemd must move it: <see cref="JoinBySystemd"/>.</returns>
    /// <exception cref="RuncsException">Nowhere.</exception>
    public string OtherEntry(int index, string file, Errno failure, CgroupLeader? leader)
    {
        CgroupDirectory own = Directories.All[index];
        if (own.Place.IsUnified && IsJoinedBySystemd(failure)) return "";
        if (leader == null || !CgroupLeader.IsClosed(failure) || leader.TryFind(own.Place, out string path).IsError) throw own.EntryFailed("write", failure);
        string other = $"{own.Place.MountPoint}{path}/{own.FileOfSelf}";
        return other == file ? throw own.EntryFailed("write", failure) : other;
    }

    /// <summary>
    /// The caller may not clone into the cgroup, or move a process to it, but systemd, which has made it, can: a user logs in to
    /// a cgroup of root's (cgroups(7), "Cgroup delegation containment rules").
    /// </summary>
    public bool IsJoinedBySystemd(Errno errno) => errno.Value == Errno.EACCES && MayBeJoinedBySystemd;

    /// <summary>Lets systemd move a process into the cgroup of the v2 hierarchy, or into the leader's.</summary>
    /// <exception cref="RuncsException"/>
    public void JoinBySystemd(int pid, CgroupLeader? leader)
    {
        string path = Unified!.Path, unit = path[..(path.IndexOf("/" + Unit, StringComparison.Ordinal) + Unit.Length + 1)];
        try
        {
            Units.Attach(Unit, path[unit.Length..], pid);
        }
        catch (RuncsException) when (leader != null && !leader.TryFind(Unified, out path).IsError && path.StartsWith(unit + "/", StringComparison.Ordinal))
        {
            Units.Attach(Unit, path[unit.Length..], pid);
        }
    }

    /// <summary>That may be necessary, so that the process waits for its parent.</summary>
    public bool MayBeJoinedBySystemd => Unit.Length > 0 && (Kernel.EffectiveUid() != 0 || !UserNamespaces.IsInitial());

    /// <summary>The error of a clone into the cgroup (CLONE_INTO_CGROUP).</summary>
    public RuncsException CloneFailed(Errno errno) => Unified is { } place ? Delegation.CloneFailed(errno, place) : errno.Failure("clone3", "");
}
