// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Rootfs;

/// <summary>
/// How the ids of a mount's files are shown (mount_setattr(2), "ID-mapped mounts"): as the user namespace with these
/// mappings maps them.
/// </summary>
/// <param name="JsonPath">The JSON path that the mappings come from.</param>
/// <param name="Uids">The lines of its uid_map (user_namespaces(7)); "" with a namespace that exists.</param>
/// <param name="Gids">The lines of its gid_map.</param>
/// <param name="NamespacePath">The file of a user namespace whose mappings are taken; "" for one made with the lines.</param>
public sealed record MountIdMapping(string JsonPath, string Uids, string Gids, string NamespacePath)
{
    /// <summary>Whether one user namespace can stand for both.</summary>
    public bool IsSameAs(MountIdMapping other) => Uids == other.Uids && Gids == other.Gids && NamespacePath == other.NamespacePath;
}
