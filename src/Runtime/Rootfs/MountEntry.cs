// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Rootfs;

/// <summary>A mount as /proc/self/mountinfo lists it (proc_pid_mountinfo(5)).</summary>
internal readonly record struct MountEntry(ulong Id, ulong Parent, string Point, string Type);
