// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using Runcs.Native;
using Runcs.Values;

namespace Runcs.Rootfs;

/// <summary>Inputs that become known only while the container is made.</summary>
/// <param name="CgroupMounts">The hierarchies of a mount of type <c>cgroup</c>; empty if the host has none.</param>
/// <param name="CgroupNamespace">The container has its own cgroup namespace, so its hierarchies are mounted and not bound.</param>
/// <param name="BeforeCgroupMount">Returns once the process is in its cgroups and cgroup namespace; called at most once.</param>
/// <param name="NewProc">
/// Makes a detached procfs with these parameters and attributes, for a container whose pid namespace this process is not
/// in; null if a procfs mounted by this process is correct.
/// </param>
/// <param name="Sources">The host resources opened for the mounts; null for none.</param>
public sealed record RootfsInputs(
    CgroupMount[] CgroupMounts, bool CgroupNamespace, Action? BeforeCgroupMount = null,
    Func<MountParameter[], MountAttributeFlags, Fd>? NewProc = null, MountSources? Sources = null);
