// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;
using Runcs.Values;

namespace Runcs.Rootfs;

/// <summary>
/// The mounts that a container in a user namespace cannot make itself: file systems of a namespace that its user
/// namespace does not own (mount_capable() in the kernel's fs/super.c).
/// </summary>
/// <param name="Proc">The pid namespace is not the container's own.</param>
/// <param name="Sysfs">The network namespace is not its own.</param>
/// <param name="Mqueue">The ipc namespace is not its own.</param>
/// <param name="Cgroups">The hierarchies of a mount of type <c>cgroup</c>, if the cgroup namespace is joined; else null.</param>
/// <param name="NewProc">Mounts procfs for a joined pid namespace; null for the caller's own.</param>
public sealed record UserNamespaceMounts(bool Proc, bool Sysfs, bool Mqueue, CgroupMount[]? Cgroups,
    Func<MountParameter[], MountAttributeFlags, Fd>? NewProc)
{
    internal bool Has(MountStep step) => step.Kind == MountKind.FileSystem && step.Type switch
    {
        "proc" => Proc,
        "sysfs" => Sysfs,
        "mqueue" => Mqueue,
        "cgroup2" => Cgroups != null,
        _ => false,
    };
}
