// SPDX-License-Identifier: Apache-2.0
using System;
using System.Text;
using Runcs.Native;

namespace Runcs.Rootfs;

/// <summary>
/// All changes to the file system between the new mount namespace and the program. Text by <see cref="Describe"/>.
/// </summary>
public sealed class RootfsPlan
{
    /// <summary>The root's directory, absolute, on the host.</summary>
    public required string Root { get; init; }

    public required bool Readonly { get; init; }

    /// <summary>
    /// The propagation that all mounts of the new namespace get first, MS_SLAVE or MS_PRIVATE with MS_REC, so that
    /// nothing propagates to the host; 0 for a shared root, which users choose so that binds remain peers of the host's
    /// mounts.
    /// </summary>
    public required MountFlags HostPropagation { get; init; }

    /// <summary>The root's propagation after the pivot (MS_SHARED|MS_REC ...); 0 for no change.</summary>
    public required MountFlags RootPropagation { get; init; }

    public required bool NoPivot { get; init; }

    /// <summary>
    /// False: the container lives in the runtime's mount namespace. Its mounts are below the root there, by
    /// <see cref="RootOnHost"/>, and the root is changed by chroot(2).
    /// </summary>
    public required bool OwnMountNamespace { get; init; }

    /// <summary>The bundle's directory, the base of relative paths in a file system's parameters.</summary>
    public required string Bundle { get; init; }

    public required MountStep[] Mounts { get; init; }

    /// <summary>Settings without effect.</summary>
    public required string[] Warnings { get; init; }

    /// <summary>
    /// A mount may open a block device, to which the container's device rules must not apply: they are set after all
    /// mounts.
    /// </summary>
    public required bool OpensDevices { get; init; }

    /// <summary>The SELinux context of the runtime's own mounts; "" for none.</summary>
    public required string MountLabel { get; init; }

    /// <summary>Nodes and links are made; false if /dev is a bind, which already has them.</summary>
    public required bool SetUpDev { get; init; }

    public required DeviceNode[] Devices { get; init; }

    public required DefaultLink[] Links { get; init; }

    public required SysctlValue[] Sysctls { get; init; }

    public required RestrictedPath[] ReadonlyPaths { get; init; }

    public required RestrictedPath[] MaskedPaths { get; init; }

    /// <summary>
    /// The program's directory, made if it is missing; unchanged from the config, because the exec stage enters it by the
    /// same path.
    /// </summary>
    public required string WorkingDirectory { get; init; }

    public void Describe(StringBuilder text)
    {
        text.Append($"root {Root}{(Readonly ? " ro" : "")}{(NoPivot ? " no-pivot" : "")}{(OwnMountNamespace ? "" : " chroot")}");
        if (HostPropagation != 0) text.Append($" host {MountOption.PropagationName(HostPropagation)}");
        if (RootPropagation != 0) text.Append($" container {MountOption.PropagationName(RootPropagation)}");
        text.Append('\n');
        foreach (MountStep mount in Mounts) Describe(text, mount);
        foreach (DeviceNode node in SetUpDev ? Devices : [])
        {
            char type = node.Type switch { FileStatus.S_IFCHR => 'c', FileStatus.S_IFBLK => 'b', _ => 'p' };
            text.Append($"{node.JsonPath}: device {node.Path} {type} {node.Major}:{node.Minor} {Convert.ToString(node.Mode, 8)} {node.Uid}:{node.Gid}\n");
        }
        foreach (DefaultLink link in SetUpDev ? Links : []) text.Append($"link {link.Path} -> {link.Target}\n");
        text.Append($"process.cwd: directory {WorkingDirectory}\n");
        foreach (SysctlValue sysctl in Sysctls) text.Append($"{sysctl.JsonPath}: {sysctl.File} = {sysctl.Value}\n");
        foreach (RestrictedPath path in ReadonlyPaths) text.Append($"{path.JsonPath}: read-only {path.Path}\n");
        foreach (RestrictedPath path in MaskedPaths) text.Append($"{path.JsonPath}: mask {path.Path}\n");
    }

    private static void Describe(StringBuilder text, MountStep mount)
    {
        text.Append(mount.JsonPath).Append(": ");
        text.Append(mount.Kind switch
        {
            MountKind.Bind => mount.Options.IsRecursive ? "rbind" : "bind",
            MountKind.Cgroup => "cgroups",
            MountKind.Remount => "remount",
            _ => mount.Type,
        });
        if (mount.Source.Length > 0) text.Append($" \"{mount.Source}\"");
        text.Append(" on ").Append(mount.Destination);
        mount.Options.Describe(text);
        if (mount.IdMapping is { } ids)
            text.Append(" ids ").Append(ids.NamespacePath.Length > 0 ? ids.NamespacePath : $"{ids.Uids.TrimEnd('\n').Replace('\n', ',')} / {ids.Gids.TrimEnd('\n').Replace('\n', ',')}");
        if (mount.Label.Length > 0) text.Append($" label {mount.Label}");
        if (mount.LateReadonly) text.Append(" (ro at the end)");
        text.Append('\n');
    }
}
