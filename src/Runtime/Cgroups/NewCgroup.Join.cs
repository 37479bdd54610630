// SPDX-License-Identifier: Apache-2.0
// Run by the child, which joins the cgroups.
using Runcs.Native;
using Kernel = Runcs.Native.Processes;

namespace Runcs.Cgroups;

public abstract partial class NewCgroup
{
    /// <summary>
    /// In the child, which must have one thread, after <see cref="Create"/> and before it unshares its cgroup namespace: joins
    /// the cgroups that the clone has not joined.
    /// </summary>
    /// <param name="cloned">The child was cloned with CLONE_INTO_CGROUP.</param>
    /// <exception cref="RuncsException"/>
    public void JoinSelf(bool cloned)
    {
        foreach (CgroupDirectory directory in Directories.All)
        {
            if (directory.IsMissing || (directory.Place.IsUnified && (cloned || WasMovedBySystemd(directory)))) continue;
            Errno errno = directory.TryEnterSelf();
            // The child has a copy of this object from before Create, so it does not know what its parent could not make.
            bool mayLack = _mayLack && (errno.Value == Errno.ENOENT || CgroupTree.IsDenied(errno));
            if (errno.IsError && !mayLack) throw directory.EntryFailed("write", errno);
        }
    }

    // On v2 alone. Not if another process is the container's first one meanwhile. Checking costs less than a move.
    private bool WasMovedBySystemd(CgroupDirectory directory) =>
        Plan is { IsUnified: true, Unit: not null } && directory.Tree.Contains(directory.Path, Kernel.GetPid());

    /// <summary>
    /// In the child, after it has unshared its cgroup namespace, if <see cref="CgroupPlan.LateMemory"/>: leaves the
    /// <c>memory</c> cgroup, so that the set-up is not charged to a container whose limit is too small for it, and on v1 writes that
    /// limit. On v2 it leaves only if the limit is tiny, and stays if it may not.
    /// </summary>
    /// <exception cref="RuncsException"/>
    public virtual void StepOutOfMemory() { }

    /// <summary>On v2, once the exec stage waits: writes a tiny limit, and moves the process that stepped out in again.</summary>
    /// <exception cref="RuncsException"/>
    public virtual void StepIntoMemory(int pid) { }

    /// <summary>On v1, the file to which the process that stepped out writes <c>0</c> to step in again; null if it did not.</summary>
    /// <exception cref="RuncsException"/>
    public virtual Fd? OpenStepIntoMemory() => null;
}
