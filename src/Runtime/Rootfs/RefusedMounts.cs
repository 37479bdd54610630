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
    internal const string Devpts = "devpts";

    internal const uint TerminalGid = 5;

    /// <summary>The group of terminals, which every engine gives to /dev/pts.</summary>
    internal static readonly MountParameter TerminalGroup = new("gid", "5");

    /// <param name="hasPids">The container has another pid namespace than its caller, whose procfs does not show it.</param>
    internal static bool MayRefuse(MountStep step, bool hasPids) =>
        step.Kind == MountKind.FileSystem && (step.Type is "sysfs" or "mqueue" or Devpts || (step.Type == "proc" && !hasPids));

    /// <summary>The caller's mount that shows the same as a new one of this type would; null for none.</summary>
    internal static string? SourceFor(string type) => type switch
    {
        "sysfs" => "/sys",
        "mqueue" => "/dev/mqueue",
        "proc" => "/proc",
        _ => null,
    };

    /// <summary>
    /// Why the kernel refuses a mount to a process that owns what it shows; null if unknown. In a container, a new procfs or
    /// sysfs would show what the outer one covers (mount_too_revealing() in the kernel's fs/namespace.c).
    /// </summary>
    internal static string? Explain(string type) => type switch
    {
        "proc" or "sysfs" => $"a part of the outer /{(type == "proc" ? type : "sys")} is masked or read-only: the outer container must have it whole (maskedPaths, readonlyPaths; podman and docker run --security-opt)",
        _ => null,
    };

    /// <summary>A copy of the caller's mount with all below it: the kernel has locked them together (mount_namespaces(7)).</summary>
    /// <returns>Null if the caller has no such mount.</returns>
    /// <exception cref="RuncsException"/>
    internal static Fd? Copy(string source, MountAttributes attributes, MountAttributeFlags set)
    {
        Errno errno = MountApi.TryOpenTree(Files.AT_FDCWD, source, OPEN_TREE_CLONE | OpenTreeFlags.AT_RECURSIVE, out Fd? copy);
        if (errno.Value == Errno.ENOENT) return null;
        errno.OrThrow("open_tree", source);
        errno = attributes.OnDetached ? attributes.TryChangeTree(copy!, set, 0) : Errno.None;
        if (!errno.IsError) return copy;
        copy!.Dispose();
        throw errno.Failure("mount_setattr", source);
    }

    /// <summary>
    /// The parameters of a devpts without the group of terminals, which the user namespace of an ordinary user often does not
    /// map: a terminal's group is then its creator's. Null if they do not have it.
    /// </summary>
    internal static MountParameter[]? WithoutGroup(string type, MountParameter[] parameters)
    {
        if (type != Devpts) return null;
        var kept = new List<MountParameter>(parameters.Length);
        foreach (MountParameter parameter in parameters)
            if (parameter != TerminalGroup)
                kept.Add(parameter);
        return kept.Count < parameters.Length ? [.. kept] : null;
    }
}
