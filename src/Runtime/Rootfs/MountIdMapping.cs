// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Rootfs;

/// <summary>The mapping of the ids of a mount's files (mount_setattr(2), "ID-mapped mounts") by a user namespace.</summary>
/// <param name="JsonPath">The JSON path of the mappings.</param>
/// <param name="Uids">The lines of its uid_map (user_namespaces(7)); "" for an existing namespace.</param>
/// <param name="Gids">The lines of its gid_map.</param>
/// <param name="NamespacePath">The file of an existing user namespace; "" for one made with the lines.</param>
public sealed record MountIdMapping(string JsonPath, string Uids, string Gids, string NamespacePath)
{
    /// <summary>Whether both can share one user namespace.</summary>
    public bool IsSameAs(MountIdMapping other) => Uids == other.Uids && Gids == other.Gids && NamespacePath == other.NamespacePath;
}
