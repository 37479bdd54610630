// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;
using Runcs.Values;

namespace Runcs.Rootfs;

/// <summary>
/// What a container in a user namespace cannot mount for itself: file systems that show a namespace which does not belong to
/// its user namespace (mount_capable() in the kernel's fs/super.c).
/// </summary>
/// <param name="Proc">The pid namespace is not the container's own.</param>
/// <param name="Sysfs">Nor the network namespace.</param>
/// <param name="Mqueue">Nor the ipc namespace.</param>
/// <param name="Cgroups">What a mount of type <c>cgroup</c> shows, if the cgroup namespace is joined; else null.</param>
/// <param name="NewProc">Mounts procfs for a pid namespace that is joined; null for the caller's own.</param>
public sealed record UserNamespaceMounts(bool Proc, bool Sysfs, bool Mqueue, IReadOnlyList<CgroupMount>? Cgroups,
    Func<IReadOnlyList<MountParameter>, MountAttributeFlags, Fd>? NewProc)
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
