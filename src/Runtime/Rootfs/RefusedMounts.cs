// SPDX-License-Identifier: Apache-2.0
// Run by the container's init, in its mount namespace, where the host's mounts are still visible.
using System.Collections.Generic;
using Runcs.Native;
using static Runcs.Native.OpenTreeFlags;

namespace Runcs.Rootfs;

/// <summary>
/// What replaces a mount that the kernel refuses in a user namespace (user_namespaces(7)). A file system that shows a namespace
/// is mounted only by the user namespace that owns it: sysfs the network, mqueue the ipc, procfs the pid namespace. Where the
/// container shares that namespace with its caller, the caller's own mount shows the same.
/// </summary>
internal static class RefusedMounts
{
    /// <param name="hasPids">The container has another pid namespace than its caller, whose procfs does not show it.</param>
    internal static bool MayRefuse(MountStep step, bool hasPids) =>
        step.Kind == MountKind.FileSystem && (step.Type is "sysfs" or "mqueue" or "devpts" || (step.Type == "proc" && !hasPids));

    /// <summary>The caller's mount that shows the same as a new one of this type would; null for none.</summary>
    internal static string? SourceFor(string type) => type switch
    {
        "sysfs" => "/sys",
        "mqueue" => "/dev/mqueue",
        "proc" => "/proc",
        _ => null,
    };

    /// <summary>A copy of the caller's mount with all below it: the kernel has locked them together (mount_namespaces(7)).</summary>
    internal static Errno TryCopy(string source, MountAttributes attributes, MountAttributeFlags set, out Fd? copy)
    {
        Errno errno = MountApi.TryOpenTree(Files.AT_FDCWD, source, OPEN_TREE_CLONE | OpenTreeFlags.AT_RECURSIVE, out copy);
        if (!errno.IsError && attributes.OnDetached) errno = attributes.TryChangeTree(copy!, set, 0);
        return errno;
    }

    /// <summary>
    /// The parameters that do not depend on ids which the user namespace may lack. /dev/pts with the group of terminals, 5,
    /// is what every engine asks for; the namespace of an ordinary user often has no such id. A terminal's group is then its
    /// creator's.
    /// </summary>
    internal static IReadOnlyList<MountParameter>? WithoutGroup(string type, IReadOnlyList<MountParameter> parameters)
    {
        if (type != "devpts") return null;
        var kept = new List<MountParameter>(parameters.Count);
        foreach (MountParameter parameter in parameters)
            if (parameter.Key != "gid")
                kept.Add(parameter);
        return kept.Count < parameters.Count ? kept : null;
    }
}
